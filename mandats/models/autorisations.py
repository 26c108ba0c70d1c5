"""One perimeter of one mandat: what an aidant uses, and what the usager ends."""

import uuid
from dataclasses import replace
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from aidants import demarches
from aidants.demarches import DEMARCHES
from aidants.models import Structure
from journal.models import Cadre, Concerne
from mandats.durees import en_clair
from usagers.models import Usager


class AutorisationQuerySet(models.QuerySet["Autorisation"]):
    def actives(self) -> "AutorisationQuerySet":
        """Neither revoked nor past the end of their mandat."""
        return self.filter(revoquee_le=None, mandat__fin__gt=timezone.now())

    def de(self, structure: Structure) -> "AutorisationQuerySet":
        return self.filter(mandat__structure=structure)

    def pour(self, usager: Usager) -> "AutorisationQuerySet":
        return self.filter(mandat__usager=usager)

    def verrouillees(self) -> "AutorisationQuerySet":
        """Locked until the end of the transaction, always in the same order.

        A use and a revocation of the same authorisation wait for each other; FOR SHARE would let a
        busy mandat starve its own revocation.
        """
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Autorisation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mandat = models.ForeignKey(
        "mandats.Mandat", on_delete=models.PROTECT, related_name="autorisations"
    )
    demarche = models.CharField("démarche", max_length=20, choices=demarches.CHOIX)
    revoquee_le = models.DateTimeField("retirée le", null=True, blank=True)
    revoquee_par = models.CharField("retirée par", max_length=20, blank=True)
    motif = models.CharField("motif", max_length=40, blank=True)

    objects = AutorisationQuerySet.as_manager()

    class Meta:
        verbose_name = "autorisation"
        constraints = [
            models.UniqueConstraint(
                fields=["mandat", "demarche"],
                name="autorisation_unique_par_mandat",
                violation_error_message="Cette démarche est déjà dans le mandat.",
            ),
            models.CheckConstraint(
                condition=Q(revoquee_le=None, revoquee_par="")
                | (Q(revoquee_le__isnull=False) & ~Q(revoquee_par="")),
                name="autorisation_revoquee_par_quelqu_un",
                violation_error_message="Une révocation dit qui l’a demandée.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def titre(self) -> str:
        return DEMARCHES[self.demarche].titre

    @property
    def est_active(self) -> bool:
        return self.revoquee_le is None and self.mandat.fin > timezone.now()

    @property
    def revoquee_le_en_clair(self) -> str:
        return en_clair(self.revoquee_le) if self.revoquee_le else ""

    def clore(self, instant: datetime, *, par: str, motif: str) -> None:
        """Write the end; the caller holds the lock and writes the journal."""
        self.revoquee_le, self.revoquee_par, self.motif = instant, par, motif
        self.save(update_fields=["revoquee_le", "revoquee_par", "motif"])

    def cadre_dans(self, structure: Structure) -> Cadre:
        return replace(structure.cadre, demarche=self.demarche)

    def concerne_dans(self, concerne: Concerne) -> Concerne:
        return replace(concerne, autorisation_ref=str(self.pk))
