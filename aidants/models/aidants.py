"""The account of a person who helps (`Aidant`) and the structures where they work."""

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from aidants.models.structures import Structure
from journal.models import Auteur

if TYPE_CHECKING:
    from django.db.models import QuerySet


class AidantManager(BaseUserManager["Aidant"]):
    def creer(
        self, *, courriel: str, mot_de_passe: str, prenom: str, nom: str, **champs: bool
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

    objects: ClassVar[AidantManager] = AidantManager()

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS = ["prenom", "nom"]

    class Meta:
        verbose_name = "aidant"
        ordering = ["nom", "prenom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(courriel=Lower("courriel")),
                name="aidant_courriel_en_minuscules",
                violation_error_message="L’adresse électronique s’écrit en minuscules.",
            )
        ]

    def __str__(self) -> str:
        return self.nom_complet

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom.upper()}"

    @property
    def prenom_et_initiale(self) -> str:
        """What an usager reads of the person who acted (regles.md, section 6)."""
        return f"{self.prenom} {self.nom[:1].upper()}."

    @property
    def auteur(self) -> Auteur:
        genre = "supervision" if self.supervision else "aidant"
        return Auteur(genre=genre, ref=str(self.pk), nom=self.nom_complet)

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

    def structures(self) -> "QuerySet[Structure]":
        """The active structures where the person is an aidant, by name."""
        appartenances = self.appartenances.ouvertes().filter(est_aidant=True)
        return Structure.objects.actives().filter(pk__in=appartenances.values("structure_id"))


class AppartenanceQuerySet(models.QuerySet["Appartenance"]):
    def ouvertes(self) -> "AppartenanceQuerySet":
        return self.filter(fin=None)


class Appartenance(models.Model):
    """A person's roles in a structure, from a day to a day."""

    aidant = models.ForeignKey(Aidant, on_delete=models.PROTECT, related_name="appartenances")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="appartenances")
    est_aidant = models.BooleanField("aidant", default=True)
    est_responsable = models.BooleanField("responsable", default=False)
    debut = models.DateTimeField("depuis", default=timezone.now)
    fin = models.DateTimeField("jusqu’à", null=True, blank=True)

    objects = AppartenanceQuerySet.as_manager()

    class Meta:
        verbose_name = "appartenance"
        constraints = [
            models.UniqueConstraint(
                fields=["aidant", "structure"],
                condition=Q(fin=None),
                name="appartenance_ouverte_unique",
                violation_error_message="Cette personne appartient déjà à cette structure.",
            ),
            models.CheckConstraint(
                condition=Q(est_aidant=True) | Q(est_responsable=True),
                name="appartenance_un_role_au_moins",
                violation_error_message="Choisissez au moins un rôle.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aidant} - {self.structure}"
