"""The reports of the nightly purge, read by the supervision; nobody writes them here."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join

from aidants.admin.roles import LectureSeule
from aidants.administration import site
from aidants_connect.models import Purge
from journal.mots import MOTS

LIEUX = {"journal": "noms du journal", "tables": "lignes"}


@admin.register(Purge, site=site)
class PurgeAdmin(LectureSeule[Purge]):
    list_display = ["commencee_le", "etat", "nombre", "finie_le"]
    fields = ["commencee_le", "finie_le", "etat", "nombre", "detail"]
    date_hierarchy = "commencee_le"
    filtres = frozenset({"commencee_le"})
    sortable_by = ["commencee_le"]
    liste_vide = "Aucun effacement n’a encore eu lieu. Il passe chaque nuit, à 3 h 20."

    @admin.display(description="état")
    def etat(self, purge: Purge) -> str:
        return purge.etat

    @admin.display(description="effacés")
    def nombre(self, purge: Purge) -> int:
        return purge.nombre

    @admin.display(description="détail")
    def detail(self, purge: Purge) -> Any:
        """What went, rule by rule; what found nothing to do is left out."""
        dites = [ligne for ligne in purge.lignes if ligne["nombre"] or "erreur" in ligne]
        if not dites:
            return "Rien n’était arrivé au bout de sa durée."
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", _lues(dites)))


def _lues(lignes: list[dict[str, Any]]) -> list[tuple[str]]:
    return [(f"{_regle(ligne)}\u00a0: {_issue(ligne)}",) for ligne in lignes]


def _regle(ligne: dict[str, Any]) -> str:
    regle: str = MOTS.get(ligne["regle"], ligne["regle"])
    return regle[:1].upper() + regle[1:]


def _issue(ligne: dict[str, Any]) -> str:
    if "erreur" in ligne:
        return f"échec ({ligne['erreur']}). La nuit prochaine reprendra."
    return f"{ligne['nombre']} {LIEUX[ligne['ou']]}"
