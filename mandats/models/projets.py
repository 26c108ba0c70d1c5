"""The draft of a mandat (« projet »): what was chosen, for 30 minutes, until it is signed."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from aidants import demarches
from aidants.demarches import Demarche
from aidants.models import Aidant, Structure
from mandats.durees import DUREES
from usagers.models import Usager

if TYPE_CHECKING:
    from mandats.models.mandats import Mandat

DUREE_DE_VIE = timedelta(minutes=30)
CONSERVATION = timedelta(days=1)  # of a draft that nobody signed, after its end


class Refus(StrEnum):
    """Why a projet cannot be signed, or a mandat renewed; the page puts it into words."""

    EXPIRE = "expire"
    SANS_USAGER = "sans_usager"
    CODE = "code"
    OCCUPE = "occupe"
    DEMARCHE_INTERDITE = "demarche_interdite"
    HORS_STRUCTURE = "hors_structure"
    MINEUR = "mineur"
    TROP_ANCIEN = "trop_ancien"
    TRANSFERE = "transfere"
    REVOQUE = "revoque"


class ProjetQuerySet(models.QuerySet["Projet"]):
    def de(self, aidant: Aidant) -> "ProjetQuerySet":
        return self.filter(aidant=aidant)

    def ouverts(self) -> "ProjetQuerySet":
        return self.filter(mandat=None, expire_le__gt=timezone.now())

    def perimes(self, instant: datetime) -> "ProjetQuerySet":
        return self.filter(mandat=None, expire_le__lt=instant - CONSERVATION)

    def ouvrir(
        self, *, par: Aidant, structure: Structure, demarches: list[str], duree: int
    ) -> "Projet":
        """Start a draft; structure and choices are frozen on it."""
        expire_le = timezone.now() + DUREE_DE_VIE
        return self.create(
            aidant=par, structure=structure, demarches=demarches, duree=duree, expire_le=expire_le
        )

    def renouveler(
        self,
        mandat: "Mandat",
        *,
        par: Aidant,
        structure: Structure,
        demarches: list[str],
        duree: int,
    ) -> "Projet":
        """Start the draft that follows `mandat`: its usager is known without FranceConnect."""
        return self.create(
            aidant=par,
            structure=structure,
            demarches=demarches,
            duree=duree,
            expire_le=timezone.now() + DUREE_DE_VIE,
            usager=mandat.usager,
            renouvelle=mandat,
        )

    def verrouiller(self, pk: uuid.UUID) -> "Projet | None":
        """Return the draft, locked until the end of the transaction.

        Nothing is joined: after a wait for the lock, PostgreSQL reads the row again, but not what
        it was joined with; the mandat that the other post has just made would seem to be absent.
        """
        return self.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()


class Projet(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    aidant = models.ForeignKey(Aidant, on_delete=models.PROTECT, related_name="projets")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="projets")
    demarches = ArrayField(models.CharField(max_length=20, choices=demarches.CHOIX))
    duree = models.PositiveSmallIntegerField(choices=list(DUREES.items()))
    cree_le = models.DateTimeField(auto_now_add=True)
    expire_le = models.DateTimeField()
    usager = models.ForeignKey(Usager, on_delete=models.PROTECT, null=True, related_name="projets")
    identifie_le = models.DateTimeField(null=True)
    mandat = models.OneToOneField(
        "mandats.Mandat", on_delete=models.PROTECT, null=True, related_name="projet"
    )
    renouvelle = models.ForeignKey(
        "mandats.Mandat", on_delete=models.PROTECT, null=True, related_name="projets_suivants"
    )

    objects = ProjetQuerySet.as_manager()

    class Meta:
        verbose_name = "projet de mandat"
        constraints = [
            models.CheckConstraint(
                condition=Q(demarches__len__gt=0),
                name="projet_une_demarche_au_moins",
                violation_error_message="Choisissez au moins une démarche.",
            )
        ]

    def __str__(self) -> str:
        return f"Projet du {self.cree_le:%d/%m/%Y %H:%M}"

    @property
    def est_expire(self) -> bool:
        return self.mandat_id is None and self.expire_le <= timezone.now()

    @property
    def choisies(self) -> list[Demarche]:
        return [demarches.DEMARCHES[cle] for cle in demarches.ordonner(self.demarches)]

    @property
    def titres(self) -> list[str]:
        return demarches.titres(self.demarches)

    def motif_de_refus(self) -> Refus | None:
        """Answer why this draft cannot be signed now, or None."""
        if self.est_expire:
            return Refus.EXPIRE
        if not set(self.demarches) <= set(self.structure.demarches):
            return Refus.DEMARCHE_INTERDITE
        if not self.aidant.structures().filter(pk=self.structure_id).exists():
            return Refus.HORS_STRUCTURE
        if self.usager is None:
            return Refus.SANS_USAGER
        if not self.usager.est_majeur:
            return Refus.MINEUR
        return self.renouvelle.refus_de_renouveler(self.structure) if self.renouvelle else None

    @transaction.atomic
    def abandonner(self) -> bool:
        """Delete the draft, unless it was signed; return whether it is gone."""
        projet = Projet.objects.verrouiller(self.pk)
        if projet is not None and projet.mandat_id:
            self.mandat_id = projet.mandat_id
            return False
        Projet.objects.filter(pk=self.pk).delete()
        return True

    def identifier(self, usager: Usager) -> None:
        """Attach who identified; the caller holds the lock on this row."""
        self.usager = usager
        self.identifie_le = timezone.now()
        self.save(update_fields=["usager", "identifie_le"])
