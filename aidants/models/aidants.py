"""The account of a person who helps (`Aidant`): who it is, what it may do, and how it ends."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Greatest, Lower
from django.utils import timezone
from django.utils.functional import cached_property

from aidants import conditions, ecritures
from aidants.courriers import GenreCourrier, prevenir
from aidants.models.structures import Structure
from journal.actions import Action, Detail, Details
from journal.actions_comptes import (
    ANONYMISATION,
    COMPTE_MODIFIE,
    CONDITIONS_ACCEPTEES,
    DESACTIVATION,
    MOT_DE_PASSE_CHANGE,
    REACTIVATION,
)
from journal.models import Auteur, Cadre, Concerne, Entree, Inscription

if TYPE_CHECKING:
    from django.db.models import QuerySet

AVERTISSEMENT = timedelta(days=152)  # five months without a login
INACTIVITE = timedelta(days=30)  # more, after the warning
# The longest mandat and the retention of its proofs (regles.md, section 9), after the last day.
CONSERVATION = timedelta(days=365 + 6 * 365 + 2)
ANONYME = "Compte anonymisé"


# The last login, or the day when the account was born or reopened; PostgreSQL skips what is null.
VU_LE = Greatest("last_login", "cree_le", "reactive_le")


class MotifDesactivation(models.TextChoices):
    DEPART = "depart", "départ"
    DEMANDE = "demande", "à sa demande"
    SOUPCON = "soupcon", "usage suspect"
    INACTIVITE = "inactivite", "six mois sans connexion"
    DERNIER_DEPART = "dernier_depart", "plus aucune structure"
    AUTRE = "autre", "autre"


class AidantQuerySet(models.QuerySet["Aidant"]):
    def actifs(self) -> "AidantQuerySet":
        return self.filter(is_active=True)

    def a_avertir(self, instant: datetime) -> "AidantQuerySet":
        """Five months without a login, and not told so yet."""
        absents = self.actifs().annotate(vu_le=VU_LE).filter(vu_le__lt=instant - AVERTISSEMENT)
        return absents.filter(
            Q(inactivite_prevenue_le=None) | Q(inactivite_prevenue_le__lt=models.F("vu_le"))
        )

    def a_desactiver(self, instant: datetime) -> "AidantQuerySet":
        """Told a month ago, and still not back."""
        absents = self.actifs().annotate(vu_le=VU_LE).filter(vu_le__lt=instant - AVERTISSEMENT)
        return absents.filter(
            inactivite_prevenue_le__gte=models.F("vu_le"),
            inactivite_prevenue_le__lt=instant - INACTIVITE,
        )

    def anonymisables(self, instant: datetime) -> "AidantQuerySet":
        return self.filter(
            is_active=False, anonymise_le=None, desactive_le__lt=instant - CONSERVATION
        )


class AidantManager(BaseUserManager["Aidant"]):
    def get_queryset(self) -> AidantQuerySet:
        return AidantQuerySet(self.model, using=self._db)

    def a_avertir(self, instant: datetime) -> AidantQuerySet:
        return self.get_queryset().a_avertir(instant)

    def a_desactiver(self, instant: datetime) -> AidantQuerySet:
        return self.get_queryset().a_desactiver(instant)

    def anonymisables(self, instant: datetime) -> AidantQuerySet:
        return self.get_queryset().anonymisables(instant)

    def creer(
        self, *, courriel: str, mot_de_passe: str, prenom: str, nom: str, **champs: bool | str
    ) -> "Aidant":
        """Create an account; the e-mail is the login, in lower case.

        Raises ValidationError for a password that the site's rules refuse.
        """
        aidant = self.model(courriel=courriel.lower(), prenom=prenom, nom=nom, **champs)
        validate_password(mot_de_passe, aidant)
        aidant.set_password(mot_de_passe)
        aidant.save(using=self._db)
        return aidant

    def get_by_natural_key(self, username: str | None) -> "Aidant":
        return self.get(courriel=(username or "").lower())


class Aidant(AbstractBaseUser):
    """An accredited professional, a manager of a structure, or a member of the supervision."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    courriel = models.EmailField("adresse électronique", unique=True)
    prenom = models.CharField("prénom", max_length=100)
    nom = models.CharField("nom", max_length=100)
    profession = models.CharField("profession", max_length=150, blank=True)
    is_active = models.BooleanField("actif", default=True)
    supervision = models.BooleanField(
        "supervision", default=False, help_text="Membre de l’équipe nationale : voit tout."
    )
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    desactive_le = models.DateTimeField("désactivé le", null=True, blank=True, editable=False)
    desactive_motif = models.CharField(
        "motif", max_length=20, blank=True, choices=MotifDesactivation, editable=False
    )
    reactive_le = models.DateTimeField("réactivé le", null=True, blank=True, editable=False)
    inactivite_prevenue_le = models.DateTimeField(null=True, blank=True, editable=False)
    anonymise_le = models.DateTimeField("anonymisé le", null=True, blank=True, editable=False)
    conditions_version = models.CharField(
        "conditions acceptées", max_length=20, blank=True, editable=False
    )
    conditions_le = models.DateTimeField("acceptées le", null=True, blank=True, editable=False)
    codes_secours_le = models.DateTimeField(
        "codes de secours créés le", null=True, blank=True, editable=False
    )
    enrolement_jusqua = models.DateTimeField(
        "peut enrôler un facteur jusqu’au", null=True, blank=True, editable=False
    )

    objects: ClassVar[AidantManager] = AidantManager()

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS = ["prenom", "nom"]

    class Meta:
        verbose_name = "aidant"
        ordering = ["nom", "prenom"]
        indexes = [models.Index(fields=["-last_login"], name="aidant_par_connexion")]
        constraints = [
            models.CheckConstraint(
                condition=Q(courriel=Lower("courriel")),
                name="aidant_courriel_en_minuscules",
                violation_error_message="L’adresse électronique s’écrit en minuscules.",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, desactive_le=None)
                | Q(is_active=False, desactive_le__isnull=False),
                name="aidant_desactive_a_une_date",
            ),
        ]

    def __str__(self) -> str:
        return self.nom_complet

    facteurs_ouverts: Collection[str] = ()  # those of the account, when its session was read

    @property
    def nom_complet(self) -> str:
        return ANONYME if self.anonymise_le else f"{self.prenom} {self.nom.upper()}"

    @property
    def prenom_et_initiale(self) -> str:
        """What an usager reads of the person who acted (regles.md, section 6)."""
        return ANONYME if self.anonymise_le else f"{self.prenom} {self.nom[:1].upper()}."

    @property
    def auteur(self) -> Auteur:
        genre = "supervision" if self.supervision else "aidant"
        return Auteur(genre=genre, ref=str(self.pk), nom=self.nom_complet)

    def concerne(self, precision: str = "") -> Concerne:
        """The journal's words for an act upon this account."""
        return Concerne(
            aidant_ref=str(self.pk), aidant_nom=self.nom_complet, precision=precision[:500]
        )

    # Django's admin asks for these three; the roles answer.

    @property
    def is_staff(self) -> bool:
        return self.is_active and (self.supervision or self.est_responsable)

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        return self.is_active and self.supervision

    def has_module_perms(self, _app_label: str) -> bool:
        return self.is_staff

    @cached_property
    def est_responsable(self) -> bool:
        """Asked many times by the admin, read once by request."""
        return self.appartenances.ouvertes().filter(est_responsable=True).exists()

    def ou_travailler(self) -> "list[Structure]":
        """`structures`, read: every page of an aidant asks it."""
        return Structure.objects.de_l_aidant(self.pk)

    def structures(self) -> "QuerySet[Structure]":
        """The active structures where the person is an aidant, by name."""
        appartenances = self.appartenances.ouvertes().filter(est_aidant=True)
        return Structure.objects.actives().filter(pk__in=appartenances.values("structure_id"))

    # What an account still owes before anything opens.

    @property
    def conditions_acceptees(self) -> bool:
        return self.conditions_version == conditions.VERSION

    @property
    def peut_enroler(self) -> bool:
        """Whether a password alone may add a first factor: proved by a mail, for a time."""
        return bool(self.enrolement_jusqua and self.enrolement_jusqua > timezone.now())

    # Verbs

    @transaction.atomic
    def accepter_conditions(self) -> None:
        compte = self.verrouiller()
        if compte.conditions_acceptees:
            return
        compte.conditions_version, compte.conditions_le = conditions.VERSION, timezone.now()
        compte.save(update_fields=["conditions_version", "conditions_le"])
        compte.inscrire(
            CONDITIONS_ACCEPTEES, par=compte.auteur, details={"version": conditions.VERSION}
        )

    @transaction.atomic
    def changer_mot_de_passe(
        self, mot_de_passe: str, *, moyen: str, sauf_session: str | None = None
    ) -> None:
        """Set a password and close every session but one; `moyen` is "oubli" or "volontaire"."""
        compte = self.verrouiller()
        compte.set_password(mot_de_passe)
        compte.save(update_fields=["password"])
        compte.fermer_sessions(sauf=sauf_session)
        compte.inscrire(MOT_DE_PASSE_CHANGE, par=compte.auteur, details={"moyen": moyen})
        compte.prevenir(GenreCourrier.MOT_DE_PASSE_CHANGE)

    @transaction.atomic
    def modifier(
        self, *, par: Auteur, precision: str = "", acte: uuid.UUID | None = None, **champs: str
    ) -> None:
        """Correct a name, a profession or the e-mail.

        A new e-mail closes the sessions, and what the mailbox of before could still open.
        """
        compte = self.verrouiller()
        ancien = compte.courriel
        for nom, valeur in champs.items():
            setattr(compte, nom, valeur)
        compte.save(update_fields=list(champs))
        compte.inscrire(COMPTE_MODIFIE, par=par, precision=precision, acte=acte)
        if compte.courriel != ancien:
            compte.fermer_sessions()
            compte._fermer_liens()
            compte.prevenir(GenreCourrier.COMPTE_MODIFIE)
            prevenir(GenreCourrier.COMPTE_MODIFIE, adresse=ancien, aidant=compte)

    @transaction.atomic
    def desactiver(
        self,
        *,
        par: Auteur,
        motif: MotifDesactivation,
        precision: str = "",
        cadre: Cadre | None = None,
        acte: uuid.UUID | None = None,
    ) -> bool:
        """Close the account and its sessions; return whether this call did it."""
        compte = self.verrouiller()
        if not compte.is_active:
            return False
        compte.is_active, compte.desactive_le = False, timezone.now()
        compte.desactive_motif, compte.enrolement_jusqua = motif, None
        compte.save(
            update_fields=["is_active", "desactive_le", "desactive_motif", "enrolement_jusqua"]
        )
        compte.fermer_sessions()
        compte.inscrire(
            DESACTIVATION,
            par=par,
            cadre=cadre,
            precision=precision,
            acte=acte,
            details={"motif": motif.value},
        )
        compte.prevenir(GenreCourrier.DESACTIVATION, motif=motif.value)
        return True

    @transaction.atomic
    def reactiver(
        self,
        *,
        par: Auteur,
        precision: str = "",
        cadre: Cadre | None = None,
        acte: uuid.UUID | None = None,
    ) -> bool:
        """Open the account again, with the factors that it had; return whether this call did it."""
        compte = self.verrouiller()
        if compte.is_active or compte.anonymise_le:
            return False
        compte.is_active, compte.desactive_le, compte.desactive_motif = True, None, ""
        compte.reactive_le = timezone.now()
        compte.save(update_fields=["is_active", "desactive_le", "desactive_motif", "reactive_le"])
        compte.inscrire(REACTIVATION, par=par, cadre=cadre, precision=precision, acte=acte)
        compte.prevenir(GenreCourrier.REACTIVATION)
        return True

    @transaction.atomic
    def anonymiser(
        self, *, par: Auteur, precision: str = "", acte: uuid.UUID | None = None
    ) -> bool:
        """Forget the person, once retention is over; the account's acts stay in the journal."""
        compte, instant = self.verrouiller(), timezone.now()
        if not Aidant.objects.anonymisables(instant).filter(pk=compte.pk).exists():
            return False
        ancien, compte.courriel = compte.courriel, f"compte-{compte.pk}@anonyme.invalid"
        compte.prenom, compte.nom, compte.profession = "Compte", "anonymisé", ""
        compte.anonymise_le, compte.codes_secours_le = instant, None
        compte.set_unusable_password()
        compte.save()
        compte._effacer_traces(ancien, par=par)
        Entree.objects.inscrire(
            ANONYMISATION,
            acte=acte or uuid.uuid4(),
            par=par,
            concerne=Concerne(precision=precision[:500]),
        )
        return True

    def _effacer_traces(self, ancien_courriel: str, *, par: Auteur) -> None:
        """What named the person elsewhere in this app; the name is gone from the row already."""
        self.fermer_sessions()
        self.appartenances.ouvertes().update(fin=self.anonymise_le)
        apps.get_model("aidants.CarteTotp").objects.reprendre(self, par=par)
        for facteur in ("aidants.AppareilTotp", "aidants.CarnetSecours",
                        "django_otp_webauthn.WebAuthnCredential"):  # fmt: skip
            apps.get_model(facteur).objects.filter(user=self).delete()
        apps.get_model("aidants.Recuperation").objects.filter(aidant=self).delete()
        apps.get_model("aidants.Courrier").objects.oublier(self, ancien_courriel)
        apps.get_model("aidants.Invitation").objects.oublier(self, ancien_courriel)
        apps.get_model("admin.LogEntry").objects.filter(object_id=str(self.pk)).update(
            object_repr=ANONYME
        )

    def fermer_sessions(self, *, sauf: str | None = None) -> int:
        """Close the account's sessions, but the one of key `sauf`; return how many."""
        fermees: int = apps.get_model("aidants.Session").objects.fermer(self, sauf=sauf)
        return fermees

    def _fermer_liens(self) -> None:
        apps.get_model("aidants.Recuperation").objects.fermer(self)
        self.enrolement_jusqua = None
        self.save(update_fields=["enrolement_jusqua"])

    def prevenir(self, genre: GenreCourrier, /, **details: Detail) -> None:
        """Mail the person about their own account, in the transaction of the act."""
        prevenir(genre, adresse=self.courriel, aidant=self, details=details)

    def verrouiller(self) -> "Aidant":
        """Read this row again, locked until the end of the transaction."""
        return Aidant.objects.select_for_update().get(pk=self.pk)

    def inscrire(
        self,
        action: Action,
        *,
        par: Auteur,
        cadre: Cadre | None = None,
        precision: str = "",
        acte: uuid.UUID | None = None,
        details: Details | None = None,
    ) -> None:
        """Write the journal about this account, in each structure that it concerns."""
        ligne = Inscription(
            action=action,
            acte=acte or uuid.uuid4(),
            par=par,
            cadre=cadre or Cadre(),
            concerne=self.concerne(precision),
            details=details or {},
        )
        ecritures.inscrire(ligne)
