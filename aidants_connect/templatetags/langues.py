"""`{% bloc "cle" "Texte français" %}`: a text of a page, in the language in which it is read.

Without a reading in the context (`traductions`), it is the French text and nothing more.
"""

from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import RequestContext
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils.html import format_html, format_html_join

from aidants_connect.catalogue import sources
from aidants_connect.langues import LANGUES
from aidants_connect.lecture import Lecture, remplir
from aidants_connect.models import Traduction
from aidants_connect.pages_traduites import PAR_NOM, PAR_ROUTE, PageTraduite
from mandats.forms.signature import ERREURS

register = template.Library()

MANQUE = "Texte pas encore traduit."


@register.simple_tag(takes_context=True)
def bloc(context: RequestContext, cle: str, source: str, **valeurs: object) -> str:
    """In place of the French, or after it when the reading says so."""
    lecture: Lecture | None = context.get("traductions")
    francais = remplir(source, valeurs)
    if lecture is None:
        return francais
    texte = remplir(lecture.lire(cle, source), valeurs, isoler=True)
    if lecture.a_cote:
        return format_html("{}{}", francais, _a_cote(lecture, texte))
    if texte:
        return texte
    return format_html(
        '<span lang="fr" dir="ltr">{}</span> {}',
        francais,
        _manque(lecture),
    )


@register.simple_tag(takes_context=True)
def aide(context: RequestContext, cle: str, source: str, **valeurs: object) -> str:
    """The translation alone, of a French text that stands beside it; nothing in French."""
    lecture: Lecture | None = context.get("traductions")
    if lecture is None:
        return ""
    return _a_cote(lecture, remplir(lecture.lire(cle, source), valeurs, isoler=True))


@register.simple_tag(takes_context=True)
def aide_etiquette(context: RequestContext, champ: BoundField, cle: str) -> str:
    """Put into the label of a field its translation: both are read with it; nothing in French."""
    lecture: Lecture | None = context.get("traductions")
    if lecture:
        francais = str(champ.label)
        champ.label = format_html("{}{}", francais, _a_cote(lecture, lecture.lire(cle, francais)))
    return ""


@register.simple_tag(takes_context=True)
def aide_des_choix(context: RequestContext, champ: BoundField, racine: str) -> str:
    """Put into the label of each answer its translation; nothing in French."""
    lecture: Lecture | None = context.get("traductions")
    if lecture:
        question: Any = champ.field  # one that offers choices
        question.choices = [
            (cle, format_html("{}{}", nom, _a_cote(lecture, lecture.lire(f"{racine}.{cle}", nom))))
            for cle, nom in question.choices
        ]
    return ""


@register.simple_tag(takes_context=True)
def aide_des_erreurs(context: RequestContext, champ: BoundField) -> str:
    """What is wrong in a field of the signature, of what the person is told; nothing in French."""
    lecture: Lecture | None = context.get("traductions")
    if lecture is None:
        return ""
    erreurs = champ.form.errors.as_data().get(champ.name, [])
    return format_html_join("", "{}", ((_erreur(lecture, champ.name, e),) for e in erreurs))


def _erreur(lecture: Lecture, champ: str, erreur: ValidationError) -> str:
    cle = f"{champ}.{erreur.code}"
    if cle not in ERREURS:
        return ""
    texte = lecture.lire(f"signature.erreur.{cle}", ERREURS[cle])
    return _a_cote(lecture, remplir(texte, erreur.params or {}, isoler=True))


def _a_cote(lecture: Lecture, texte: str) -> str:
    langue = lecture.langue
    if not texte:
        return _manque(lecture)
    balise = '<span class="ac-traduction" lang="{}" dir="{}">{}</span>'
    return format_html(balise, langue.code, langue.sens, texte)


def _manque(lecture: Lecture) -> str:
    """« Not translated yet », in the reader's language; in French if that is missing too."""
    texte = lecture.lire("avis.manque", MANQUE)
    code, sens = (lecture.langue.code, lecture.langue.sens) if texte else ("fr", "ltr")
    balise = '<span class="ac-manque" lang="{}" dir="{}">({})</span>'
    return format_html(balise, code, sens, texte or MANQUE)


@register.simple_tag(takes_context=True)
def adresse_lue(context: RequestContext, route: str) -> str:
    """The page in the language in which this one is read, if it is translated; empty if absent."""
    lecture: Lecture | None = context.get("traductions")
    if lecture and route in PAR_ROUTE:
        return PAR_ROUTE[route].adresse(lecture.langue)
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def aide_a_la_lecture(context: RequestContext) -> Lecture | None:
    """The reading that `?langue=` asks for, beside the French; an unknown language is none."""
    langue = LANGUES.get(context["request"].GET.get("langue", ""))
    if langue is None:
        return None
    lecture = Traduction.objects.lecture(langue, a_cote=True)
    for cle, source in sources().items():  # the notices stand above what they speak of
        if cle.startswith("signature."):
            lecture.lire(cle, source)
    return lecture


@register.inclusion_tag("aidants_connect/fragments/liens_de_langues.html", takes_context=True)
def liens_de_langues(context: RequestContext) -> dict[str, list[tuple[str, str]]]:
    """The whole addresses of a translated page; none for another page."""
    page = _page_lue(getattr(context.get("request"), "resolver_match", None))
    if page is None:
        return {"liens": []}
    francaise = reverse(page.route)
    adresses = [("fr", francaise), *((la.code, adresse) for la, adresse in _liens(page))]
    tous = [*adresses, ("x-default", francaise)]
    return {"liens": [(code, settings.SITE_URL + adresse) for code, adresse in tous]}


def _page_lue(vue: ResolverMatch | None) -> PageTraduite | None:
    if vue is None:
        return None
    return PAR_NOM.get(vue.kwargs.get("page", "")) or PAR_ROUTE.get(vue.view_name)


@register.simple_tag
def langues() -> list[Any]:
    return list(LANGUES.values())


@register.tag
def page_en_langues(parser: Parser, token: Token) -> "PageEnLangues":
    """`{% page_en_langues "route" %}`: what a page says, below its languages and their notices."""
    _, route = token.split_contents()
    nodelist = parser.parse(("finpage",))
    parser.delete_first_token()
    return PageEnLangues(parser.compile_filter(route), nodelist)


class PageEnLangues(template.Node):
    def __init__(self, route: FilterExpression, nodelist: NodeList) -> None:
        self.route = route
        self.nodelist = nodelist

    def render(self, context: Any) -> Any:
        """The content first: it tells which notices stand above it."""
        contenu = self.nodelist.render(context)
        page = PAR_ROUTE[self.route.resolve(context)]
        cadre = context.template.engine.get_template("aidants_connect/fragments/en_langues.html")
        with context.push(contenu=contenu, page=page, langues=_liens(page)):
            return cadre.render(context)


def _liens(page: PageTraduite) -> list[tuple[Any, str]]:
    return [(langue, page.adresse(langue)) for langue in LANGUES.values()]
