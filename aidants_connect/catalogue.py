"""Every block of French that can be translated, read from the templates that show it.

The pages are rendered once in French, and each block says its key and its text: there is no second
list, that could say something else.
"""

import uuid
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.template import Context, Template
from django.template.library import SimpleNode
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode

from aidants_connect.langues import LANGUES
from aidants_connect.lecture import Lecture
from aidants_connect.pages_traduites import PAR_ROUTE
from mandats.durees import DUREES
from mandats.forms.signature import ERREURS, SignatureForm
from usagers.models import Usager


@dataclass(kw_only=True)
class Recueil(Lecture):
    """A reading that notes what it is asked."""

    sources: dict[str, str] = field(default_factory=dict)

    def lire(self, cle: str, source: str) -> str:
        if self.sources.setdefault(cle, source) != source:
            raise ValueError(f"Two texts for the block {cle}")
        return ""

    @property
    def avis(self) -> list[tuple[str, str, bool]]:
        return [(cle, texte, True) for cle, texte, _ in super().avis]


@cache
def sources() -> dict[str, str]:
    """The French text of each block, by its key, in the order of the pages."""
    recueil = Recueil(langue=next(iter(LANGUES.values())))
    for page in PAR_ROUTE.values():
        _rendre(page.gabarit, {**page.contexte(), "telephone_support": ""}, recueil)
    _lire_la_signature(recueil)
    _rendre("fragments/avis_traduction.html", {}, recueil)
    return recueil.sources


def _lire_la_signature(recueil: Recueil) -> None:
    """The page that is signed: its own words, its pieces, and what it says of errors."""
    projet = SimpleNamespace(
        pk=uuid.uuid4(), choisies=[], duree=1, get_duree_display=DUREES[1],
        structure=SimpleNamespace(nom=""),
    )  # fmt: skip
    valeurs = {"projet": projet, "form": SignatureForm(usager=Usager()), "traductions": recueil}
    page = _modele("mandats/projet_signature.html")
    for noeud in page.nodelist.get_nodes_by_type(SimpleNode):
        if noeud.func.__name__ in ("bloc", "aide", "aide_etiquette"):  # type: ignore[attr-defined]  # a simple tag keeps its function, without a hint
            noeud.render(Context(valeurs))
    for piece in ("aide_lecture", "recapitulatif", "engagements", "declarations", "signature"):
        _rendre(f"mandats/fragments/{piece}.html", valeurs, recueil)
    refuse = SignatureForm({}, usager=Usager())
    _rendre("fragments/erreurs.html", {**valeurs, "form": refuse}, recueil)
    for cle, texte in ERREURS.items():
        recueil.lire(f"signature.erreur.{cle}", texte)


def _modele(gabarit: str) -> Template:
    modele: Template = get_template(gabarit).template  # type: ignore[attr-defined]  # Django's engine, below its hints
    return modele


def _rendre(gabarit: str, valeurs: dict[str, Any], recueil: Recueil) -> None:
    modele = _modele(gabarit)
    contexte = Context({**valeurs, "traductions": recueil})
    with contexte.render_context.push_state(modele), contexte.bind_template(modele):
        for noeud in modele.nodelist.get_nodes_by_type(ExtendsNode):
            noeud.blocks["contenu"].nodelist.render(contexte)  # type: ignore[attr-defined]  # Django's engine, below its hints
            return
        modele.nodelist.render(contexte)
