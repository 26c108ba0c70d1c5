"""The pages that are read in other languages: one template each, French and translated alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from aidants_connect.demarches_expliquees import EXPLIQUEES
from aidants_connect.langues import Langue
from mandats.durees import DUREES


@dataclass(frozen=True, kw_only=True)
class PageTraduite:
    """`route` is the French page's; `nom` stands in the addresses of the others."""

    route: str
    nom: str
    titre: str
    contexte: Callable[[], dict[str, Any]] = dict

    @property
    def gabarit(self) -> str:
        return f"aidants_connect/{self.route}.html"

    def adresse(self, langue: Langue) -> str:
        return reverse("page_traduite", args=[langue.code, self.nom])


_TOUTES = (
    PageTraduite(route="accueil", nom="accueil", titre="Accueil"),
    PageTraduite(
        route="franceconnect_explique",
        nom="comprendre-franceconnect",
        titre="Comprendre FranceConnect",
    ),
    PageTraduite(
        route="demarches",
        nom="les-demarches",
        titre="Les dix démarches",
        contexte=lambda: {"demarches": EXPLIQUEES},
    ),
    PageTraduite(
        route="je_signe",
        nom="ce-que-je-signe",
        titre="Ce que je signe",
        contexte=lambda: {"durees": [(str(j), nom) for j, nom in DUREES.items()]},
    ),
)

PAR_NOM: Final = {page.nom: page for page in _TOUTES}
PAR_ROUTE: Final = {page.route: page for page in _TOUTES}
CHOIX: Final = [(page.route, page.titre) for page in _TOUTES]
