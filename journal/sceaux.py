"""The models of the sealed journal: leaves, nodes, seals, keys, witnesses, erasures.

The sealer's role alone adds to the first five, retention's to the last; nobody changes a row. No
foreign key: what was removed behind our back must leave its leaf behind.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from journal.note import Cle

HACHAGE = 32


class Feuille(models.Model):
    """Where an entry stands in its tree. The first leaf of a new year is the last head's note."""

    pk = models.CompositePrimaryKey("arbre", "position")
    arbre = models.SmallIntegerField("arbre")
    position = models.BigIntegerField("position")
    entree_id = models.BigIntegerField("entrée", null=True, unique=True)
    empreinte = models.BinaryField("empreinte", max_length=HACHAGE)

    class Meta:
        verbose_name = "feuille"
        constraints = [
            models.CheckConstraint(
                condition=Q(entree_id__isnull=False) | Q(position=0),
                name="feuille_d_une_entree",
                violation_error_message="Une feuille est celle d’une entrée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.arbre}/{self.position}"


class Noeud(models.Model):
    """A full subtree of 256, 65 536 or 16 777 216 leaves: what makes proofs quick."""

    pk = models.CompositePrimaryKey("arbre", "niveau", "rang")
    arbre = models.SmallIntegerField("arbre")
    niveau = models.SmallIntegerField("niveau")
    rang = models.BigIntegerField("rang")
    empreinte = models.BinaryField("empreinte", max_length=HACHAGE)

    class Meta:
        verbose_name = "nœud"

    def __str__(self) -> str:
        return f"{self.arbre}/{self.niveau}/{self.rang}"


class Sceau(models.Model):
    """A signed head. Numbers have no gap; `precedent` is the digest of the note before."""

    numero = models.BigIntegerField("numéro", primary_key=True)
    arbre = models.SmallIntegerField("arbre")
    taille = models.BigIntegerField("taille")
    racine = models.BinaryField("racine", max_length=HACHAGE)
    precedent = models.CharField("note précédente", max_length=64, blank=True)
    instant = models.DateTimeField("date")
    note = models.TextField("note signée")

    class Meta:
        verbose_name = "sceau"
        verbose_name_plural = "sceaux"
        ordering: ClassVar[list[str]] = ["-numero"]
        indexes = [models.Index(fields=["arbre", "taille"], name="sceau_par_taille")]

    def __str__(self) -> str:
        return f"{self.arbre}/{self.taille} {self.racine_courte}"

    @property
    def racine_courte(self) -> str:
        """The first 16 hex digits, as papers carry them."""
        return bytes(self.racine).hex()[:16]


class CleSceau(models.Model):
    """A public key of the sealer, with the statement that the key before it signed too."""

    numero = models.SmallIntegerField("numéro", primary_key=True)
    publique = models.BinaryField("clé publique", max_length=HACHAGE)
    premier_sceau = models.BigIntegerField("premier sceau")
    enonce = models.TextField("énoncé signé")

    class Meta:
        verbose_name = "clé de sceau"
        verbose_name_plural = "clés de sceau"
        ordering: ClassVar[list[str]] = ["numero"]

    def __str__(self) -> str:
        return self.cle.texte

    @property
    def cle(self) -> Cle:
        return Cle(bytes(self.publique))


class Temoin(models.Model):
    """What somebody outside gave about a seal: a time-stamp token (RFC 3161)."""

    numero = models.BigAutoField(primary_key=True)
    sceau = models.BigIntegerField("sceau", db_index=True)
    genre = models.CharField("genre", max_length=20)
    instant = models.DateTimeField("date")
    contenu = models.BinaryField("contenu")

    class Meta:
        verbose_name = "témoin"

    def __str__(self) -> str:
        return f"{self.genre} {self.sceau}"


class Effacement(models.Model):
    """An entry whose subject retention deleted, and by which act: the purge's own entry."""

    entree_id = models.BigIntegerField("entrée", primary_key=True)
    purge = models.UUIDField("acte de la purge", db_index=True)

    class Meta:
        verbose_name = "effacement"

    def __str__(self) -> str:
        return str(self.entree_id)


class Controle(models.Model):
    """One verification by the night's task, and what it found: written by the application.

    It is an alarm, no evidence: whoever holds the application's role could write a false one.
    """

    fini_le = models.DateTimeField("fini le", db_index=True)
    duree = models.FloatField("durée, en secondes")
    entier = models.BooleanField("depuis le début")
    arbre = models.SmallIntegerField("arbre", null=True)  # the head that it went up to
    taille = models.BigIntegerField("taille", null=True)
    constats = models.JSONField("constats", default=list)
    echec = models.CharField("pourquoi il n’a pas pu se faire", max_length=300, blank=True)

    class Meta:
        verbose_name = "vérification du journal"
        verbose_name_plural = "vérifications du journal"
        ordering: ClassVar[list[str]] = ["-fini_le"]

    def __str__(self) -> str:
        return f"{self.fini_le:%Y-%m-%d %H:%M} {len(self.constats)}"

    @property
    def est_bon(self) -> bool:
        return not self.constats and not self.echec


class CompteMensuel(models.Model):
    """How many sealed entries of an action in a month: rolled up, so that no page counts rows."""

    mois = models.DateField("mois")
    action = models.CharField("action", max_length=40)
    nombre = models.BigIntegerField("nombre")

    class Meta:
        verbose_name = "compte mensuel"
        constraints = [
            models.UniqueConstraint(fields=["mois", "action"], name="un_compte_par_mois")
        ]

    def __str__(self) -> str:
        return f"{self.mois:%Y-%m} {self.action} {self.nombre}"


class MarqueComptes(models.Model):
    """Up to which leaf of a tree the counts go; positions have no gap, ids do."""

    arbre = models.SmallIntegerField("arbre", primary_key=True)
    position = models.BigIntegerField("position suivante", default=0)

    class Meta:
        verbose_name = "marque des comptes"

    def __str__(self) -> str:
        return f"{self.arbre}/{self.position}"
