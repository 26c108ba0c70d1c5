"""The keys that sign our tokens: read by the supervision, changed by acts alone."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from aidants.admin.actes import AvecActes
from aidants.admin.roles import LectureSeule
from aidants.administration import site
from fournisseur_identite.admin.actes_cles import ACTES
from fournisseur_identite.models import CleSignature
from fournisseur_identite.models.cles import Etat
from journal.models import Entree
from mandats.durees import en_clair

ENSUITE = {
    Etat.PREPAREE: "Elle attend. Elle sera publiée la nuit prochaine.",
    Etat.PUBLIEE: "Les sites peuvent la lire. Elle ne signe pas avant le {}.",
    Etat.ACTIVE: "Elle signe. Une autre prendra sa place le {}.",
    Etat.RETIREE: "Elle ne signe plus. Elle sert encore à vérifier jusqu’au {}.",
    Etat.SUPPRIMEE: "Elle ne sert plus à rien. Sa partie secrète est effacée.",
}


@admin.register(CleSignature, site=site)
class CleSignatureAdmin(AvecActes[CleSignature], LectureSeule[CleSignature]):
    actes = ACTES
    actions = None
    list_display = ["nom", "etat_", "depuis", "ensuite", "kid"]
    ordering = [F("supprimee_le").desc(nulls_first=True), "alg", "preparee_le"]
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    liste_vide = (
        "Aucune clé pour l’instant. Les premières sont faites quand un site lit nos clés, ou à la "
        "première connexion."
    )
    fields = ["kid", "alg", "etat_", "ensuite", "preparee_le", "publiee_le", "activee_le",
              "retiree_le", "supprimee_le"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[CleSignature]:
        """The private half, even encrypted, never leaves the database for this page."""
        return super().get_queryset(request).defer("cle_chiffree")

    def historique(self, request: HttpRequest, objet: CleSignature) -> QuerySet[Entree]:
        return Entree.objects.filter(acte__in=objet.actes)

    @admin.display(description="clé")
    def nom(self, cle: CleSignature) -> str:
        return str(cle)

    @admin.display(description="état")
    def etat_(self, cle: CleSignature) -> str:
        return str(cle.etat)

    @admin.display(description="depuis le")
    def depuis(self, cle: CleSignature) -> datetime:
        """When it came to the state where it is."""
        pas = (cle.supprimee_le, cle.retiree_le, cle.activee_le, cle.publiee_le)
        return next(filter(None, pas), cle.preparee_le)

    @admin.display(description="et ensuite")
    def ensuite(self, cle: CleSignature) -> str:
        echeances: dict[Etat, Any] = {
            Etat.PUBLIEE: cle.signe_des,
            Etat.ACTIVE: cle.signe_jusqu_a,
            Etat.RETIREE: cle.publiee_jusqu_a,
        }
        echeance = echeances.get(cle.etat)
        return ENSUITE[cle.etat].format(en_clair(echeance) if echeance else "")
