"""The structure: the accompaniment site's organisation, mandataire of the usager."""

import uuid
from collections.abc import Collection

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from aidants import demarches
from aidants.lecture_compilee import LectureCompilee
from journal.actions import Action, Details
from journal.actions_comptes import (
    DEMARCHES_CHANGEES,
    STRUCTURE_CREEE,
    STRUCTURE_FERMEE,
    STRUCTURE_MODIFIEE,
    STRUCTURE_ROUVERTE,
)
from journal.models import Auteur, Cadre, Concerne, Entree


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

    def de_l_aidant(self, aidant_id: uuid.UUID) -> "list[Structure]":
        """The active ones where this account is an aidant, by name."""
        return _DE_L_AIDANT.toutes(aidant_id=aidant_id)

    @transaction.atomic
    def creer(
        self, *, par: Auteur, acte: uuid.UUID | None = None, **champs: str | list[str] | uuid.UUID
    ) -> "Structure":
        structure = self.create(**champs)
        structure._inscrire(STRUCTURE_CREEE, par=par, acte=acte)
        return structure


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
    # A use confirmed before it is dead, even when the structure was closed and opened again since.
    active_depuis = models.DateTimeField(default=timezone.now, editable=False)
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

    # Verbs

    @transaction.atomic
    def modifier(self, *, par: Auteur, acte: uuid.UUID | None = None, **champs: str) -> bool:
        """Correct the name or where to reach it; return whether something changed.

        What is signed keeps the words of its day.
        """
        structure = self._verrouiller()
        changes = {nom: v for nom, v in champs.items() if getattr(structure, nom) != v}
        if not changes:
            return False
        for nom, valeur in changes.items():
            setattr(structure, nom, valeur)
        structure.save(update_fields=list(changes))
        structure._inscrire(STRUCTURE_MODIFIEE, par=par, acte=acte)
        return True

    @transaction.atomic
    def changer_demarches(
        self,
        *,
        par: Auteur,
        demarches: Collection[str],
        precision: str,
        acte: uuid.UUID | None = None,
    ) -> bool:
        """Set what its aidants may do, from the next step of every use on."""
        structure = self._verrouiller()
        nouvelles = _ordonner(demarches)
        if nouvelles == _ordonner(structure.demarches):
            return False
        structure.demarches = nouvelles
        structure.save(update_fields=["demarches"])
        structure._inscrire(
            DEMARCHES_CHANGEES,
            par=par,
            precision=precision,
            acte=acte,
            details={"demarches": " ".join(nouvelles)},
        )
        return True

    @transaction.atomic
    def fermer(self, *, par: Auteur, precision: str, acte: uuid.UUID | None = None) -> bool:
        """Nobody works for it any more; uses under way stop at their next step."""
        return self._activer(False, STRUCTURE_FERMEE, par, precision, acte)

    @transaction.atomic
    def rouvrir(self, *, par: Auteur, precision: str, acte: uuid.UUID | None = None) -> bool:
        return self._activer(True, STRUCTURE_ROUVERTE, par, precision, acte)

    def _activer(
        self, active: bool, action: Action, par: Auteur, precision: str, acte: uuid.UUID | None
    ) -> bool:
        structure = self._verrouiller()
        if structure.active == active:
            return False
        structure.active = active
        if active:
            structure.active_depuis = timezone.now()
        structure.save(update_fields=["active", "active_depuis"])
        structure._inscrire(action, par=par, precision=precision, acte=acte)
        return True

    def _verrouiller(self) -> "Structure":
        return Structure.objects.select_for_update(of=("self",)).get(pk=self.pk)

    def _inscrire(
        self,
        action: Action,
        *,
        par: Auteur,
        precision: str = "",
        acte: uuid.UUID | None = None,
        details: Details | None = None,
    ) -> None:
        Entree.objects.inscrire(
            action,
            acte=acte or uuid.uuid4(),
            par=par,
            cadre=self.cadre,
            concerne=Concerne(precision=precision[:500]),
            details=details,
        )


def _ordonner(cles: Collection[str]) -> list[str]:
    return demarches.ordonner(list(cles))


def _de_l_aidant(aidant_id: uuid.UUID) -> StructureQuerySet:
    roles = apps.get_model("aidants.Appartenance").objects.ouvertes()
    siens = roles.filter(aidant_id=aidant_id, est_aidant=True, structure=OuterRef("pk"))
    return Structure.objects.actives().filter(Exists(siens)).order_by("nom")


_DE_L_AIDANT = LectureCompilee(_de_l_aidant, aidant_id=uuid.UUID)
