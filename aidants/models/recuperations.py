"""What a lost password or a lost telephone opens: a link by mail, for a time, used once."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models, transaction
from django.utils import timezone

from aidants.courriers import GenreCourrier, prevenir
from aidants.models.aidants import Aidant
from aidants.models.liens import LienParCourriel
from journal.actions_comptes import MOT_DE_PASSE_OUBLIE
from journal.models import INCONNU, Entree

# A code sent by another road lives ten minutes at most (OWASP ASVS 5.0, 6.5.5).
VALIDITE_MOT_DE_PASSE = timedelta(minutes=10)
VALIDITE_FACTEURS = timedelta(days=7)


class Genre(models.TextChoices):
    MOT_DE_PASSE = "mot_de_passe", "mot de passe oublié"
    FACTEURS = "facteurs", "moyens de connexion réinitialisés"


class RecuperationQuerySet(models.QuerySet["Recuperation"]):
    @transaction.atomic
    def demander(
        self, *, aidant: Aidant | None, navigateur: str, anciens: Sequence[str] = ()
    ) -> "Recuperation":
        """A lost password: open a link, in the browser that asked alone.

        For an address that is nobody's the same rows are written, so that the answer takes the
        same time; they open nothing. The links that this browser asked for before are dead; those
        of other browsers are not: a stranger who asks kills nobody's link. `anciens`: this browser
        under the old keys.
        """
        siens = self.en_cours(aidant, Genre.MOT_DE_PASSE).filter(
            navigateur__in=[navigateur, *anciens]
        )
        siens.update(expire_le=timezone.now())
        Entree.objects.inscrire(
            MOT_DE_PASSE_OUBLIE,
            acte=uuid.uuid4(),
            par=aidant.auteur if aidant else INCONNU,
            concerne=aidant.concerne() if aidant else None,
        )
        lien = self.create(
            genre=Genre.MOT_DE_PASSE,
            aidant=aidant,
            navigateur=navigateur,
            expire_le=timezone.now() + VALIDITE_MOT_DE_PASSE,
        )
        adresse = aidant.courriel if aidant else ""
        prevenir(
            GenreCourrier.MOT_DE_PASSE_OUBLIE, adresse=adresse, aidant=aidant, recuperation=lien
        )
        return lien

    def rouvrir_enrolement(self, aidant: Aidant) -> "Recuperation":
        """All factors were removed: a link lets the person enrol another, after the password."""
        self.en_cours(aidant, Genre.FACTEURS).update(expire_le=timezone.now())
        lien = self.create(
            genre=Genre.FACTEURS, aidant=aidant, expire_le=timezone.now() + VALIDITE_FACTEURS
        )
        prevenir(
            GenreCourrier.FACTEURS_REINITIALISES,
            adresse=aidant.courriel,
            aidant=aidant,
            recuperation=lien,
        )
        return lien

    def en_cours(self, aidant: Aidant | None, genre: Genre) -> "RecuperationQuerySet":
        ouvertes = self.filter(aidant=aidant, genre=genre, utilisee_le=None)
        return ouvertes.filter(expire_le__gt=timezone.now())

    def fermer(self, aidant: Aidant) -> None:
        """Kill the links that an account's mailbox still holds."""
        self.filter(aidant=aidant, utilisee_le=None, expire_le__gt=timezone.now()).update(
            expire_le=timezone.now()
        )

    def perimees(self, instant: datetime) -> "RecuperationQuerySet":
        return self.filter(expire_le__lt=instant - timedelta(days=30))


class Recuperation(LienParCourriel):
    USAGE: ClassVar[str] = "recuperation"

    genre = models.CharField(max_length=20, choices=Genre)
    aidant = models.ForeignKey(Aidant, null=True, on_delete=models.CASCADE, related_name="+")
    navigateur = models.CharField(max_length=64, blank=True)  # keyed hash of the browser's mark
    expire_le: "models.DateTimeField[str | datetime, datetime]" = models.DateTimeField()
    utilisee_le = models.DateTimeField(null=True, blank=True)

    objects = RecuperationQuerySet.as_manager()

    class Meta:
        verbose_name = "récupération"

    def __str__(self) -> str:
        return f"{self.get_genre_display()} du {self.cree_le:%d/%m/%Y}"

    @property
    def est_utilisable(self) -> bool:
        actif = self.aidant is not None and self.aidant.is_active
        return actif and self.utilisee_le is None and not self.est_expire

    @transaction.atomic
    def choisir_mot_de_passe(self, mot_de_passe: str) -> bool:
        """Set the new password, once; every session of the account is closed."""
        lien = self._verrouiller()
        if lien.genre != Genre.MOT_DE_PASSE or not lien.est_utilisable or lien.aidant is None:
            return False
        lien._consommer()
        en_cours = Recuperation.objects.en_cours(lien.aidant, Genre.MOT_DE_PASSE)
        en_cours.update(expire_le=timezone.now())
        lien.aidant.changer_mot_de_passe(mot_de_passe, moyen="oubli")
        return True

    @transaction.atomic
    def permettre_enrolement(self) -> bool:
        """The person holds the mailbox: a password will do, once, to enrol a new factor."""
        lien = self._verrouiller()
        if lien.genre != Genre.FACTEURS or not lien.est_utilisable or lien.aidant is None:
            return False
        lien._consommer()
        aidant = lien.aidant.verrouiller()
        aidant.enrolement_jusqua = lien.expire_le
        aidant.save(update_fields=["enrolement_jusqua"])
        return True

    def _consommer(self) -> None:
        self.utilisee_le = timezone.now()
        self.save(update_fields=["utilisee_le"])

    def _verrouiller(self) -> "Recuperation":
        return Recuperation.objects.select_for_update(of=("self",)).get(pk=self.pk)
