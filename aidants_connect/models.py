"""What belongs to the public pages alone: questions, translations, figures of the moment."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.core.validators import URLValidator
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from aidants.models import Aidant
from aidants_connect import langues, pages_traduites, statistiques
from aidants_connect.langues import Langue
from aidants_connect.lecture import Lecture, empreinte
from journal.actions import (
    QUESTION_CREEE,
    QUESTION_MODIFIEE,
    TRADUCTION_ECRITE,
    VIDEO_SIGNES_ECRITE,
)
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


class Etat(models.TextChoices):
    A_RELIRE = "a_relire", "À relire"
    RELUE = "relue", "Relue"


class TraductionQuerySet(models.QuerySet["Traduction"]):
    def lecture(self, langue: Langue, *, a_cote: bool = False) -> Lecture:
        """What a page needs to be read in a language, in one query."""
        textes = {traduction.cle: traduction for traduction in self.filter(langue=langue.code)}
        return Lecture(langue=langue, textes=textes, a_cote=a_cote)

    @transaction.atomic
    def enregistrer(
        self, traduction: "Traduction", *, source: str, relue: bool, par: Aidant
    ) -> None:
        """Write a translation of `source`, with its line in the journal.

        Who writes says whether they have reviewed it; otherwise it is to be reviewed again.
        """
        instant = timezone.now()
        traduction.source = empreinte(source)
        traduction.etat = Etat.RELUE if relue else Etat.A_RELIRE
        traduction.relue_par = par if relue else None
        traduction.relue_le = instant if relue else None
        traduction.modifiee_le = instant
        traduction.save()
        Entree.objects.inscrire(
            TRADUCTION_ECRITE,
            acte=uuid.uuid4(),
            par=par.auteur,
            details={
                "bloc": traduction.cle,
                "langue": traduction.get_langue_display(),
                "relue": relue,
            },
        )


class Traduction(models.Model):
    """A block of the explaining pages in another language. It has no legal value.

    `source` tells which French text was translated: when that text changes, the translation is to
    be reviewed again, whatever its `etat`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cle = models.CharField("texte", max_length=80)
    langue = models.CharField("langue", max_length=8, choices=langues.CHOIX)
    texte = models.TextField("traduction")
    source = models.CharField(max_length=16, editable=False)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.A_RELIRE)
    relue_par = models.ForeignKey(
        Aidant, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    relue_le = models.DateTimeField("relue le", null=True, editable=False)
    modifiee_le = models.DateTimeField("modifiée le", editable=False)

    objects = TraductionQuerySet.as_manager()

    class Meta:
        verbose_name = "traduction"
        ordering = ["langue", "cle"]
        constraints = [
            models.UniqueConstraint(
                fields=["cle", "langue"],
                name="traduction_une_par_langue",
                violation_error_message="Ce texte est déjà traduit dans cette langue.",
            ),
            models.CheckConstraint(
                condition=Q(etat="relue", relue_par__isnull=False, relue_le__isnull=False)
                | Q(etat="a_relire", relue_par=None, relue_le=None),
                name="traduction_relue_par_quelqu_un",
                violation_error_message="Une traduction relue l’est par quelqu’un, à une date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cle} en {self.get_langue_display()}"

    @property
    def relue(self) -> bool:
        return self.etat == Etat.RELUE


class VideoSignesQuerySet(models.QuerySet["VideoSignes"]):
    @transaction.atomic
    def enregistrer(self, video: "VideoSignes", *, par: Auteur) -> None:
        """Write where a page is told in signs, or nothing, with its line in the journal."""
        video.modifiee_le = timezone.now()
        video.save()
        Entree.objects.inscrire(
            VIDEO_SIGNES_ECRITE,
            acte=uuid.uuid4(),
            par=par,
            details={"page": video.get_page_display(), "visible": bool(video.adresse)},
        )


class VideoSignes(models.Model):
    """Where a page is told in French Sign Language; an empty address is not shown."""

    page = models.CharField("page", max_length=40, primary_key=True, choices=pages_traduites.CHOIX)
    adresse = models.URLField(
        "adresse de la vidéo",
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text="Elle commence par https://. Vide, rien n’est montré au public.",
    )
    modifiee_le = models.DateTimeField("modifiée le", editable=False)

    objects = VideoSignesQuerySet.as_manager()

    class Meta:
        verbose_name = "vidéo en langue des signes"
        verbose_name_plural = "vidéos en langue des signes"
        ordering = ["page"]

    def __str__(self) -> str:
        return self.get_page_display()


class ReleveQuerySet(models.QuerySet["Releve"]):
    def du_moment(self) -> "Releve":
        """The figures, taken again when they are `VIE` old."""
        releve = self.first()
        return releve if releve is not None and releve.est_frais else self.reprendre()

    @transaction.atomic
    def reprendre(self, *, entier: bool = False) -> "Releve":
        """Take the figures; while another process does, the last ones hold.

        The months that the last ones closed are not counted again, unless all is (`entier`).
        """
        dernier = self.first()
        libre = _verrouiller(attendre=dernier is None)
        present = self.first()
        if present is not None and (not libre or present.est_autre_que(dernier)):
            return present
        instant = timezone.now()
        connus = present.chiffres.get("clos") if present and not entier else None
        valeurs = {"releve_le": instant, "chiffres": statistiques.relever(instant, connus)}
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


class Purge(models.Model):
    """The report of one nightly purge, written as it goes; the acts themselves are in the journal.

    `lignes` holds, for each rule, how many rows went, and the kind of error where one stopped it.
    """

    commencee_le = models.DateTimeField("commencée le")
    finie_le = models.DateTimeField("finie le", null=True)
    lignes: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list
    )

    class Meta:
        verbose_name = "effacement de nuit"
        verbose_name_plural = "effacements de nuit"
        ordering = ["-commencee_le"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finie_le=None) | Q(finie_le__gte=models.F("commencee_le")),
                name="purge_finie_apres_son_debut",
                violation_error_message="Un effacement finit après son début.",
            )
        ]

    def __str__(self) -> str:
        return f"Effacement du {timezone.localtime(self.commencee_le):%d/%m/%Y à %H:%M}"

    def noter(self, *lignes: dict[str, Any]) -> None:
        self.lignes = [*self.lignes, *lignes]
        self.save(update_fields=["lignes"])

    def finir(self) -> None:
        self.finie_le = timezone.now()
        self.save(update_fields=["finie_le"])

    @property
    def nombre(self) -> int:
        return sum(ligne["nombre"] for ligne in self.lignes)

    @property
    def erreurs(self) -> list[str]:
        return [ligne["regle"] for ligne in self.lignes if "erreur" in ligne]

    @property
    def etat(self) -> str:
        """« faite », « en échec », or « interrompue »: begun, and never ended."""
        if self.finie_le is None:
            return "en cours, ou interrompu"
        return "en échec" if self.erreurs else "fait"
