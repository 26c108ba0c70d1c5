"""Physical TOTP cards: bought with their serial numbers and seeds, lent to an aidant."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from aidants.chiffrement import chiffrer, dechiffrer
from aidants.courriers import GenreCourrier
from aidants.lots_de_cartes import Graine, ecrire, lire
from aidants.models.aidants import Aidant
from aidants.models.facteurs import AppareilTotp
from journal.actions import Action, Detail
from journal.actions_comptes import CARTE_ASSOCIEE, CARTE_DISSOCIEE, CARTE_VALIDEE, CARTES_IMPORTEES
from journal.models import Auteur, Cadre, Entree

RECHERCHE = 20  # steps on each side where a drifted clock is searched, once, at validation


class Etat(models.TextChoices):
    EN_STOCK = "en_stock", "en stock"
    ASSOCIEE = "associee", "associée, à valider"
    VALIDEE = "validee", "en service"
    HORS_SERVICE = "hors_service", "hors service"


class MotifDissociation(models.TextChoices):
    PERTE = "perte", "perte"
    CASSE = "casse", "casse"
    DYSFONCTIONNEMENT = "dysfonctionnement", "dysfonctionnement"
    DEPART = "depart", "départ de la personne"
    ERREUR = "erreur", "erreur d’association"
    AUTRE = "autre", "autre"


# The card is at hand and works: it can be lent again.
REMISES_EN_STOCK = {MotifDissociation.DEPART, MotifDissociation.ERREUR}


class CarteTotpQuerySet(models.QuerySet["CarteTotp"]):
    def en_stock(self) -> "CarteTotpQuerySet":
        return self.filter(etat=Etat.EN_STOCK)

    def connues(self, series: Sequence[str]) -> set[str]:
        """Those of these serial numbers that a card has."""
        return set(self.filter(serie__in=series).values_list("serie", flat=True))

    def reprendre(self, aidant: Aidant, *, par: Auteur) -> None:
        """Take back the cards of an account whose person is forgotten."""
        for carte in self.filter(aidant=aidant):
            carte.dissocier(par=par, motif=MotifDissociation.AUTRE)


class CarteTotp(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    serie = models.CharField("numéro de série", max_length=50, unique=True)
    cle_chiffree = models.BinaryField()
    pas = models.PositiveSmallIntegerField("durée d’un code, en secondes", default=30)
    etat = models.CharField("état", max_length=20, choices=Etat, default=Etat.EN_STOCK)
    aidant = models.ForeignKey(
        Aidant, null=True, blank=True, on_delete=models.PROTECT, related_name="cartes"
    )
    importee_le = models.DateTimeField("importée le", auto_now_add=True)

    objects = CarteTotpQuerySet.as_manager()

    class Meta:
        verbose_name = "carte"
        ordering = ["serie"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(etat__in=["associee", "validee"], aidant__isnull=False)
                | models.Q(etat__in=["en_stock", "hors_service"], aidant=None),
                name="carte_associee_a_un_aidant",
            ),
            models.UniqueConstraint(
                fields=["aidant"],
                name="carte_unique_de_l_aidant",
                violation_error_message="Cette personne a déjà une carte.",
            ),
        ]

    def __str__(self) -> str:
        return f"Carte {self.serie}"

    @property
    def lieu(self) -> str:
        return f"aidants_cartetotp.cle_chiffree:{self.pk}"

    @property
    def cle(self) -> bytes:
        return dechiffrer(bytes(self.cle_chiffree), lieu=self.lieu)

    @cle.setter
    def cle(self, valeur: bytes) -> None:
        self.cle_chiffree = chiffrer(valeur, lieu=self.lieu)

    @transaction.atomic
    def associer(
        self,
        *,
        aidant: Aidant,
        par: Auteur,
        cadre: Cadre | None = None,
        acte: uuid.UUID | None = None,
    ) -> bool:
        """Lend the card, to be validated by a code.

        False when it is no longer in stock, or when the person has one or may not log in.
        """
        compte = aidant.verrouiller()
        carte = self._verrouiller()
        if carte.etat != Etat.EN_STOCK or not compte.is_active or compte.cartes.exists():
            return False
        carte.etat, carte.aidant = Etat.ASSOCIEE, compte
        carte.save(update_fields=["etat", "aidant"])
        appareil = AppareilTotp(
            user=compte, name=f"Carte {carte.serie}", confirmed=False, carte=carte, pas=carte.pas
        )
        appareil.cle = carte.cle
        appareil.save(force_insert=True)
        carte._inscrire(CARTE_ASSOCIEE, par, cadre, acte)
        return True

    @transaction.atomic
    def valider(
        self, code: str, *, par: Auteur, cadre: Cadre | None = None, acte: uuid.UUID | None = None
    ) -> bool:
        """Accept the card at its first code: its drift is searched once, then pinned.

        A wrong code counts against the card, which then waits as every device does. The person has
        a factor now: a password alone adds none any more.
        """
        carte = self._verrouiller_avec_aidant()
        appareil = AppareilTotp.objects.select_for_update().filter(carte=carte).first()
        if carte.etat != Etat.ASSOCIEE or carte.aidant is None or appareil is None:
            return False
        if not appareil.caler(code, pas=RECHERCHE):
            return False
        carte.etat = Etat.VALIDEE
        carte.save(update_fields=["etat"])
        carte.aidant.enrolement_jusqua = None
        carte.aidant.save(update_fields=["enrolement_jusqua"])
        carte._inscrire(CARTE_VALIDEE, par, cadre, acte, decalage=appareil.decalage)
        carte.aidant.prevenir(GenreCourrier.FACTEUR_AJOUTE, moyen="carte")
        return True

    @transaction.atomic
    def dissocier(
        self,
        *,
        par: Auteur,
        motif: MotifDissociation,
        cadre: Cadre | None = None,
        acte: uuid.UUID | None = None,
    ) -> bool:
        """Take the card back: it opens nothing from now on, and its sessions are closed.

        Without one that was in service, the password alone adds no factor: a mail must allow it.
        """
        carte = self._verrouiller_avec_aidant()
        if carte.aidant is None:
            return False
        carte._inscrire(CARTE_DISSOCIEE, par, cadre, acte, motif=motif.value)
        carte.aidant.fermer_sessions()
        if carte.etat == Etat.VALIDEE:
            carte.aidant.enrolement_jusqua = None
            carte.aidant.save(update_fields=["enrolement_jusqua"])
        carte.aidant.prevenir(GenreCourrier.FACTEUR_RETIRE, moyen="carte")
        AppareilTotp.objects.filter(carte=carte).delete()
        reprise = motif in REMISES_EN_STOCK
        carte.etat, carte.aidant = Etat.EN_STOCK if reprise else Etat.HORS_SERVICE, None
        carte.save(update_fields=["etat", "aidant"])
        return True

    def _inscrire(
        self,
        action: Action,
        par: Auteur,
        cadre: Cadre | None,
        acte: uuid.UUID | None,
        **details: Detail,
    ) -> None:
        if self.aidant is None:
            raise ValueError("A card that nobody holds has no act.")
        self.aidant.inscrire(
            action, par=par, cadre=cadre, acte=acte, details={"serie": self.serie, **details}
        )

    def _verrouiller_avec_aidant(self) -> "CarteTotp":
        """The account first, as everywhere, then the card that it holds."""
        Aidant.objects.select_for_update().filter(cartes=self.pk).first()
        carte = self._verrouiller()
        carte.aidant = carte.aidant and carte.aidant.verrouiller()
        return carte

    def _verrouiller(self) -> "CarteTotp":
        return CarteTotp.objects.select_for_update(of=("self",)).get(pk=self.pk)


class ImportCartesQuerySet(models.QuerySet["ImportCartes"]):
    def perimes(self, instant: datetime) -> "ImportCartesQuerySet":
        """Files that nobody confirmed."""
        return self.filter(cree_le__lt=instant - ImportCartes.VALIDITE)

    def preparer(self, graines: Sequence[Graine], *, fichier: str, par: Aidant) -> "ImportCartes":
        """Keep what a file holds, until a yes."""
        lot = ImportCartes(par=par, fichier=fichier[:255], nombre=len(graines))
        lot.contenu = ecrire(graines)
        lot.save(force_insert=True)
        return lot


class ImportCartes(models.Model):
    """A file of cards that was read and found right, waiting for a yes; its seeds are encrypted."""

    VALIDITE: ClassVar[timedelta] = timedelta(hours=1)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    par = models.ForeignKey(Aidant, on_delete=models.PROTECT, related_name="+")
    fichier = models.CharField(max_length=255)
    contenu_chiffre = models.BinaryField()
    nombre = models.PositiveIntegerField()
    cree_le = models.DateTimeField(auto_now_add=True)

    objects = ImportCartesQuerySet.as_manager()

    class Meta:
        verbose_name = "import de cartes"
        verbose_name_plural = "imports de cartes"

    def __str__(self) -> str:
        return self.fichier

    @property
    def lieu(self) -> str:
        return f"aidants_importcartes.contenu_chiffre:{self.pk}"

    @property
    def contenu(self) -> bytes:
        return dechiffrer(bytes(self.contenu_chiffre), lieu=self.lieu)

    @contenu.setter
    def contenu(self, valeur: bytes) -> None:
        self.contenu_chiffre = chiffrer(valeur, lieu=self.lieu)

    @property
    def est_perime(self) -> bool:
        return self.cree_le < timezone.now() - self.VALIDITE

    @transaction.atomic
    def importer(self, *, par: Auteur) -> bool:
        """Put all the cards in stock, or none; the file's seeds are then forgotten.

        False when it is too late, was done already, or when a serial number is known by now.
        """
        lot = ImportCartes.objects.select_for_update(of=("self",)).filter(pk=self.pk).first()
        if lot is None or lot.est_perime or not _creer(lire(lot.contenu)):
            return False
        Entree.objects.inscrire(
            CARTES_IMPORTEES, acte=lot.pk, par=par, details={"nombre": lot.nombre}
        )
        lot.delete()
        return True


def _creer(graines: Sequence[Graine]) -> bool:
    """False when a serial number is taken, even by an import of this very moment."""
    cartes = [CarteTotp(serie=graine.serie, pas=graine.pas) for graine in graines]
    for carte, graine in zip(cartes, graines, strict=True):
        carte.cle = graine.cle
    try:
        with transaction.atomic():
            CarteTotp.objects.bulk_create(cartes, batch_size=1000)
    except IntegrityError:
        return False
    return True
