"""What belongs to the public pages alone: the questions, and the figures of the moment."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from aidants_connect import statistiques
from journal.actions import QUESTION_CREEE, QUESTION_MODIFIEE
from journal.models import Auteur, Entree


class Rubrique(models.TextChoices):
    COMPRENDRE = "comprendre", "Comprendre Aidants Connect"
    MANDAT = "mandat", "Le mandat"
    DONNEES = "donnees", "Mes données et mes mots de passe"
    AIDANTS = "aidants", "Pour les aidants"


class QuestionFrequenteQuerySet(models.QuerySet["QuestionFrequente"]):
    def publiees(self) -> "QuestionFrequenteQuerySet":
        return self.filter(publiee=True)

    @transaction.atomic
    def enregistrer(self, question: "QuestionFrequente", *, par: Auteur) -> None:
        """Write a new question or a change, with its line in the journal."""
        nouvelle = question._state.adding
        question.modifiee_le = timezone.now()
        question.save()
        Entree.objects.inscrire(
            QUESTION_CREEE if nouvelle else QUESTION_MODIFIEE,
            acte=uuid.uuid4(),
            par=par,
            details={"question": question.question, "publiee": question.publiee},
        )


class QuestionFrequente(models.Model):
    """A question of the public, and its answer in Markdown (`markdown.py` says what is read)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.CharField("question", max_length=200, unique=True)
    reponse = models.TextField(
        "réponse",
        help_text="Phrases courtes, une idée par ligne. Une ligne vide fait un paragraphe ; "
        "« - » une liste ; **gras** ; [texte du lien](/adresse/).",
    )
    rubrique = models.CharField(
        "rubrique", max_length=20, choices=Rubrique, default=Rubrique.COMPRENDRE
    )
    ordre = models.PositiveSmallIntegerField("ordre dans la rubrique", default=100)
    publiee = models.BooleanField("publiée", default=False)
    modifiee_le = models.DateTimeField("modifiée le", editable=False)

    objects = QuestionFrequenteQuerySet.as_manager()

    class Meta:
        verbose_name = "question fréquente"
        verbose_name_plural = "questions fréquentes"
        ordering = ["ordre", "question"]

    def __str__(self) -> str:
        return self.question


class ReleveQuerySet(models.QuerySet["Releve"]):
    def du_moment(self) -> "Releve":
        """The figures, taken again when they are `VIE` old."""
        releve = self.first()
        return releve if releve is not None and releve.est_frais else self.reprendre()

    @transaction.atomic
    def reprendre(self) -> "Releve":
        """Take the figures; while another process does, the last ones hold."""
        dernier = self.first()
        libre = _verrouiller(attendre=dernier is None)
        present = self.first()
        if present is not None and (not libre or present.est_autre_que(dernier)):
            return present
        instant = timezone.now()
        valeurs = {"releve_le": instant, "chiffres": statistiques.relever(instant)}
        return self.update_or_create(pk=Releve.SEUL, defaults=valeurs)[0]


def _verrouiller(*, attendre: bool) -> bool:
    """Be the only one to count until the end of the transaction; False when another one counts."""
    verrou = "pg_advisory_xact_lock" if attendre else "pg_try_advisory_xact_lock"
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT {verrou}(%s)", [Releve.VERROU])
        ((obtenu,),) = curseur.fetchall()
    return obtenu is not False


class Releve(models.Model):
    """The public figures as they were at one moment: a cache, in the one place all share."""

    VIE: ClassVar = timedelta(minutes=5)  # and five more in the caches of the public pages
    SEUL: ClassVar = 1
    VERROU: ClassVar = 5_741_001

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    releve_le = models.DateTimeField()
    chiffres: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()

    objects = ReleveQuerySet.as_manager()

    class Meta:
        verbose_name = "relevé des statistiques"
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="releve_seul",
                violation_error_message="Il n’y a qu’un relevé.",
            )
        ]

    def __str__(self) -> str:
        return f"Relevé du {self.releve_le:%d/%m/%Y %H:%M}"

    @property
    def est_frais(self) -> bool:
        return self.releve_le > timezone.now() - self.VIE

    def est_autre_que(self, dernier: "Releve | None") -> bool:
        """Whether another process has just taken it."""
        return dernier is None or self.releve_le != dernier.releve_le
