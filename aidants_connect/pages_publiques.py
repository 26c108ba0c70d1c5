"""The one list of public pages: the site map, the footer, the menu and the caches read it."""

from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, kw_only=True)
class PagePublique:
    """`commune` pages are the same for everybody: a cache may keep them (`middleware.py`)."""

    route: str
    titre: str
    texte: str = ""
    commune: bool = True

    @property
    def adresse(self) -> str:
        """Empty when the page does not exist in this installation."""
        try:
            return reverse(self.route)
        except NoReverseMatch:
            return ""


RUBRIQUES: Final[dict[str, tuple[PagePublique, ...]]] = {
    "Faire une démarche": (
        PagePublique(route="accueil", titre="Accueil", texte="Les cinq étapes d’un accompagnement"),
        PagePublique(
            route="parcours",
            titre="Par où commencer ?",
            texte="Quelques questions, une à la fois, pour savoir quoi faire",
        ),
        PagePublique(
            route="parcours_arbre",
            titre="Tout le parcours en image",
            texte="Les questions et les réponses, sur une page",
        ),
        PagePublique(
            route="orientation",
            titre="Je n’ai pas de numéro de sécurité sociale",
            texte="Où aller quand on est né à l’étranger",
        ),
        PagePublique(
            route="connexion",
            titre="Je suis aidant",
            texte="Se connecter pour aider une personne",
            commune=False,
        ),
    ),
    "Comprendre": (
        PagePublique(
            route="franceconnect_explique",
            titre="Comprendre FranceConnect",
            texte="Un seul compte pour beaucoup de sites",
        ),
        PagePublique(
            route="demarches",
            titre="Les dix démarches",
            texte="Ce que chacune permet, avec des exemples",
        ),
        PagePublique(
            route="je_signe",
            titre="Ce que je signe",
            texte="Ce que j’autorise, ce à quoi je m’engage, ce dont je suis assuré",
        ),
        PagePublique(
            route="faq", titre="Questions fréquentes", texte="Les réponses, en français simple"
        ),
        PagePublique(
            route="langues",
            titre="Autres langues",
            texte="Anglais, arabe, ukrainien… et la langue des signes",
        ),
        PagePublique(
            route="statistiques", titre="Statistiques", texte="Aidants Connect en chiffres"
        ),
    ),
    "Mon mandat": (
        PagePublique(
            route="mon_mandat",
            titre="J’ai un mandat",
            texte="Le relire, voir qui l’a utilisé, l’arrêter",
            commune=False,
        ),
        PagePublique(
            route="verifier",
            titre="Vérifier un mandat",
            texte="Savoir si un mandat est authentique et actif",
            commune=False,
        ),
        PagePublique(
            route="verifier_preuve",
            titre="Vérifier une preuve",
            texte="Savoir si une preuve d’utilisation est juste, même sans internet",
            commune=False,
        ),
    ),
    "À propos du site": (
        PagePublique(
            route="journal",
            titre="Le journal et ses sceaux",
            texte="La preuve que personne ne récrit ce qui a été fait",
            commune=False,
        ),
        PagePublique(route="plan_du_site", titre="Plan du site"),
        PagePublique(route="accessibilite", titre="Accessibilité : non conforme"),
        PagePublique(route="mentions_legales", titre="Mentions légales"),
        PagePublique(route="confidentialite", titre="Données personnelles"),
        PagePublique(route="conditions_utilisation", titre="Conditions d’utilisation"),
    ),
}

PAGES: Final = tuple(page for pages in RUBRIQUES.values() for page in pages)
# Read in another language, a page is reached from its French one, not from the lists.
COMMUNES: Final = frozenset(page.route for page in PAGES if page.commune) | {"page_traduite"}
# The menu stays that of the public there, also for who is logged in.
DU_PUBLIC: Final = frozenset(page.route for page in PAGES) - {"connexion"} | {
    "page_traduite",
    "verification",
}


def rubriques() -> list[tuple[str, list[PagePublique]]]:
    """The pages of this installation, by heading."""
    ici = [(nom, [page for page in pages if page.adresse]) for nom, pages in RUBRIQUES.items()]
    return [(nom, pages) for nom, pages in ici if pages]
