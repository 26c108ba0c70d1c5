"""The structure: the accompaniment site's organisation, mandataire of the usager."""

import uuid

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from aidants import demarches
from journal.models import Cadre


def toutes_les_demarches() -> list[str]:
    return list(demarches.DEMARCHES)


class StructureQuerySet(models.QuerySet["Structure"]):
    def actives(self) -> "StructureQuerySet":
        return self.filter(active=True)

    def gerees_par(self, aidant_id: uuid.UUID) -> "StructureQuerySet":
        """Structures that the person manages (regles.md, section 8: responsable)."""
        gestion = apps.get_model("aidants.Appartenance").objects.filter(
            aidant_id=aidant_id, est_responsable=True, fin=None, structure=OuterRef("pk")
        )
        return self.filter(Exists(gestion))


class Structure(models.Model):
    """An organisation that accompanies people; a mandat binds it and the usager."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nom = models.CharField("nom", max_length=250)
    adresse = models.CharField("adresse", max_length=250)
    code_postal = models.CharField("code postal", max_length=10)
    commune = models.CharField("commune", max_length=100)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("adresse électronique", blank=True)
    demarches = ArrayField(
        models.CharField(max_length=20, choices=demarches.CHOIX),
        verbose_name="démarches autorisées",
        default=toutes_les_demarches,
        help_text="Les démarches que les aidants de la structure peuvent faire.",
    )
    active = models.BooleanField("active", default=True)
    creee_le = models.DateTimeField("créée le", auto_now_add=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(demarches__len__gt=0),
                name="structure_une_demarche_au_moins",
                violation_error_message="Choisissez au moins une démarche.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def cadre(self) -> Cadre:
        return Cadre(structure_ref=str(self.pk), structure_nom=self.nom)

    @property
    def adresse_complete(self) -> str:
        return f"{self.adresse}, {self.code_postal} {self.commune}"
