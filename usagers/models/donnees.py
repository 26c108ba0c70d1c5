"""What the pages of the parcours show and the supervision keeps up to date."""

import uuid
from collections.abc import Collection
from functools import partial
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Q

from aidants import demarches
from aidants.demarches import titres
from journal.actions import DONNEE_PUBLIQUE_MODIFIEE
from journal.models import Auteur, Entree

CACHE = 60  # seconds: another process shows a change at the latest then
https = URLValidator(schemes=["https"], message="Une adresse complète, qui commence par https://.")


class DonneePubliqueQuerySet(models.QuerySet[Any]):
    def publiees(self) -> list[Any]:
        """What is shown, in order; read once a minute by each process."""
        cle = _cle_cache(self.model)
        connues: list[Any] | None = cache.get(cle)
        if connues is None:
            connues = list(self.filter(actif=True))
            cache.set(cle, connues, CACHE)
        return connues


def _cle_cache(modele: type[models.Model]) -> str:
    return f"parcours:{modele._meta.model_name}"


class DonneePublique(models.Model):
    """One line of a list that the public reads; each change writes the journal."""

    GENRE: ClassVar[str]

    nom = models.CharField("nom", max_length=100, unique=True)
    ordre = models.PositiveSmallIntegerField(
        "ordre", default=100, help_text="Le plus petit nombre vient en premier."
    )
    actif = models.BooleanField("affiché", default=True)

    objects = DonneePubliqueQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["ordre", "nom"]

    def __str__(self) -> str:
        return self.nom

    @transaction.atomic
    def enregistrer(self, *, par: Auteur) -> None:
        geste = "ajout" if self._state.adding else "changement"
        self.save()
        self._inscrire(geste, par)

    @transaction.atomic
    def retirer(self, *, par: Auteur) -> None:
        self.delete()
        self._inscrire("retrait", par)

    def _inscrire(self, geste: str, par: Auteur) -> None:
        details = {"geste": geste, "genre": self.GENRE, "intitule": self.nom}
        inscrire = Entree.objects.inscrire
        inscrire(DONNEE_PUBLIQUE_MODIFIEE, acte=uuid.uuid4(), par=par, details=details)
        transaction.on_commit(partial(cache.delete, _cle_cache(type(self))))


class FournisseurIdentite(DonneePublique):
    """An account that FranceConnect accepts (FI)."""

    GENRE = "compte"

    pour_qui = models.CharField("qui peut l’avoir", max_length=200)
    il_faut = models.CharField("ce qu’il faut", max_length=200)
    lien = models.URLField("adresse pour créer le compte", validators=[https])
    recuperation = models.URLField(
        "adresse pour retrouver son accès", blank=True, validators=[https]
    )

    class Meta(DonneePublique.Meta):
        verbose_name = "compte FranceConnect (FI)"
        verbose_name_plural = "comptes FranceConnect (FI)"

    @property
    def lien_recuperation(self) -> str:
        return self.recuperation or self.lien


class LieuFormation(DonneePublique):
    """Where one learns: a map of places, or one place with its address."""

    GENRE = "lieu"

    precision = models.CharField("ce qu’on y trouve", max_length=200, blank=True)
    adresse = models.CharField("adresse postale", max_length=250, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    lien = models.URLField("adresse du site", blank=True, validators=[https])

    class Meta(DonneePublique.Meta):
        verbose_name = "lieu de formation"
        verbose_name_plural = "lieux de formation"
        constraints = [
            models.CheckConstraint(
                condition=~Q(adresse="", telephone="", lien=""),
                name="lieu_une_adresse_au_moins",
                violation_error_message="Donnez une adresse, un téléphone ou un site.",
            )
        ]


class SiteDemarche(DonneePublique):
    """A site where démarches are made."""

    GENRE = "site"

    adresse = models.URLField("adresse du site", validators=[https])
    demarches = ArrayField(
        models.CharField(max_length=20, choices=demarches.CHOIX), verbose_name="démarches"
    )

    class Meta(DonneePublique.Meta):
        verbose_name = "site de démarches"
        verbose_name_plural = "sites de démarches"
        constraints = [
            models.CheckConstraint(
                condition=Q(demarches__len__gt=0),
                name="site_une_demarche_au_moins",
                violation_error_message="Choisissez au moins une démarche.",
            )
        ]

    @property
    def titres(self) -> list[str]:
        return titres(self.demarches)

    @classmethod
    def pour(cls, cles: Collection[str]) -> list[Self]:
        """The sites of these démarches; of all when none is chosen."""
        tous: list[Self] = cls.objects.publiees()
        return [site for site in tous if not cles or set(site.demarches) & set(cles)]
