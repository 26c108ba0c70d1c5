"""The usager: the person who is helped. No account here; FranceConnect says who they are."""

import uuid
from datetime import datetime
from typing import Final

from django.db import connection, models, transaction
from django.db.models import Exists, Q
from django.utils import timezone

from aidants.chiffrement import chiffrer, dechiffrer
from aidants.empreintes import empreintes, nom_courant
from journal.actions import COURRIEL_CHANGE
from journal.models import Auteur, Concerne, Entree
from usagers.identite import (
    SEXES,
    Identite,
    date_en_toutes_lettres,
    est_majeur,
    sans_accents,
)


def empreintes_sub(sub: str) -> list[str]:
    """The keyed hashes of FranceConnect's `sub`, which is never kept itself; the current first."""
    return empreintes(sub, usage="franceconnect:sub")


def empreinte_sub(sub: str) -> str:
    """The one under which it is kept."""
    return empreintes_sub(sub)[0]


ANONYME = "anonyme:"
SANS_IDENTITE: Final = {
    "prenoms": "Usager", "nom": "anonyme", "nom_usage": "", "sexe": "", "date_naissance": "",
    "lieu_naissance": "", "pays_naissance": "",
    "courriel": "", "courriel_confirme_le": None, "telephone_chiffre": None,
    "telephone_confirme_le": None, "avis_utilisations": False,
}  # fmt: skip


class UsagerQuerySet(models.QuerySet["Usager"]):
    @transaction.atomic
    def identifier(self, identite: Identite, *, par: Auteur) -> "Usager":
        """Return the usager of this identity, created or brought up to date.

        An e-mail that FranceConnect no longer gives is kept: notices still reach the person; one
        that they confirmed here prevails. A change of it is journaled: notices now go elsewhere.
        The row stays locked: an address may be being confirmed in another request.
        """
        connu = self._tenir(identite)
        courante = empreinte_sub(identite.sub)
        valeurs = {
            "sub_hache": courante,
            "sub_cle": nom_courant(),
            "prenoms": identite.prenoms,
            "nom": identite.nom,
            "nom_usage": identite.nom_usage,
            "sexe": identite.sexe,
            "date_naissance": identite.date_naissance,
            "lieu_naissance": identite.lieu_naissance,
            "pays_naissance": identite.pays_naissance,
        }
        if identite.courriel and not (connu and connu.courriel_confirme_le):
            valeurs["courriel"] = identite.courriel
        cherchee = connu.sub_hache if connu else courante
        usager, _ = self.update_or_create(sub_hache=cherchee, defaults=valeurs)
        if connu is not None and connu.courriel != usager.courriel:
            inscrire = Entree.objects.inscrire
            inscrire(COURRIEL_CHANGE, acte=uuid.uuid4(), par=par, concerne=usager.concerne)
        return usager

    def connu(self, identite: Identite) -> "Usager | None":
        """The person, under whichever key; the current one's row, should there be two."""
        cherchees = empreintes_sub(identite.sub)
        trouves = {usager.sub_hache: usager for usager in self.filter(sub_hache__in=cherchees)}
        return next((trouves[hache] for hache in cherchees if hache in trouves), None)

    def _tenir(self, identite: Identite) -> "Usager | None":
        """The person, their row locked; nobody makes one beside, under another key of the ring."""
        tenus = self.select_for_update(no_key=True)
        connu = tenus.connu(identite)
        toutes = empreintes_sub(identite.sub)
        if connu or len(toutes) == 1:  # the unique index keeps two of the same hash apart
            return connu
        verrous = sorted(int(hache[:15], 16) for hache in toutes)  # in one order for all
        with connection.cursor() as curseur:
            curseur.execute(
                "SELECT pg_advisory_xact_lock(cle) FROM unnest(%s::bigint[]) AS cle", [verrous]
            )
        return tenus.connu(identite)

    def reconnaitre(self, identite: Identite) -> "Usager | None":
        """The person, if known; hashed anew when an old key had made the hash."""
        if usager := self.connu(identite):
            self._hacher_a_nouveau(usager, identite)
        return usager

    def est_bien(self, usager: "Usager", identite: Identite) -> bool:
        """Whether FranceConnect identified this very person; hashed anew as above."""
        if usager.sub_hache not in empreintes_sub(identite.sub):
            return False
        self._hacher_a_nouveau(usager, identite)
        return True

    def _hacher_a_nouveau(self, usager: "Usager", identite: Identite) -> None:
        courante = empreinte_sub(identite.sub)
        if usager.sub_hache == courante:
            return
        double = Exists(self.model.objects.filter(sub_hache=courante))
        tel_que_lu = self.filter(~double, pk=usager.pk, sub_hache=usager.sub_hache)
        tel_que_lu.update(sub_hache=courante, sub_cle=nom_courant())

    def anonymiser(self, instant: datetime) -> int:
        """Forget these persons; the caller holds their rows, and knows that nothing keeps them.

        What stays is a row: that somebody was helped, and since when. FranceConnect would make of
        the same person another usager.
        """
        usagers = list(self.filter(anonymise_le=None))
        for usager in usagers:
            usager.sub_hache, usager.anonymise_le = f"{ANONYME}{usager.pk}", instant
            usager.sub_cle = ""
            for champ, valeur in SANS_IDENTITE.items():
                setattr(usager, champ, valeur)
        return self.bulk_update(usagers, ["sub_hache", "sub_cle", "anonymise_le", *SANS_IDENTITE])


class Usager(models.Model):
    """A person as FranceConnect identified them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sub_hache = models.CharField(max_length=64, unique=True)
    # The name of the key that made it; empty for the first key that the site ever had.
    sub_cle = models.CharField(max_length=8, default="", db_default="", editable=False)
    prenoms = models.CharField("prénoms", max_length=256)
    nom = models.CharField("nom de naissance", max_length=256)
    nom_usage = models.CharField("nom d’usage", max_length=256, blank=True)
    sexe = models.CharField("sexe", max_length=12, choices=list(SEXES.items()))
    date_naissance = models.CharField("date de naissance", max_length=10)
    lieu_naissance = models.CharField("commune de naissance (COG)", max_length=5, blank=True)
    pays_naissance = models.CharField("pays de naissance (COG)", max_length=5)
    courriel = models.EmailField("adresse électronique", blank=True)
    courriel_confirme_le = models.DateTimeField("adresse confirmée le", null=True, blank=True)
    telephone_chiffre = models.BinaryField(null=True)
    telephone_confirme_le = models.DateTimeField("téléphone confirmé le", null=True, blank=True)
    avis_utilisations = models.BooleanField("prévenu à chaque utilisation", default=False)
    connu_depuis = models.DateTimeField("connu depuis", auto_now_add=True)
    anonymise_le = models.DateTimeField("rendu anonyme le", null=True, editable=False)

    objects = UsagerQuerySet.as_manager()

    class Meta:
        verbose_name = "usager"
        ordering = ["nom", "prenoms"]
        constraints = [
            models.CheckConstraint(
                condition=Q(anonymise_le=None) | Q(sub_hache__startswith=ANONYME, **SANS_IDENTITE),
                name="usager_anonyme_sans_identite",
                violation_error_message="Un usager anonyme ne garde rien de la personne.",
            )
        ]

    def __str__(self) -> str:
        return self.nom_complet

    @property
    def nom_complet(self) -> str:
        """As civil status writes it: « Angela Claire DUBOIS, nom d’usage LEROY »."""
        usage = f", nom d’usage {self.nom_usage.upper()}" if self.nom_usage else ""
        return f"{self.prenoms} {self.nom.upper()}{usage}"

    @property
    def classement(self) -> str:
        """Where they stand in a list, and what a search looks in: « dubois angela leroy »."""
        return sans_accents(f"{self.nom} {self.prenoms} {self.nom_usage}")

    @property
    def nom_court(self) -> str:
        """First given name and the name that the person bears every day."""
        return f"{self.prenoms.split()[0]} {(self.nom_usage or self.nom).upper()}"

    # --- How the person is reached ---

    @property
    def lieu(self) -> str:
        """What the encrypted telephone is bound to."""
        return f"usagers_usager.telephone_chiffre:{self.pk}"

    @property
    def telephone(self) -> str:
        """In E.164 (« +33612345678 »); empty when none is known."""
        chiffre = self.telephone_chiffre
        return dechiffrer(bytes(chiffre), lieu=self.lieu).decode() if chiffre else ""

    def poser_telephone(self, numero: str) -> None:
        self.telephone_chiffre = chiffrer(numero.encode(), lieu=self.lieu)

    @property
    def est_majeur(self) -> bool:
        """Eighteen or more today: a minor does not sign (regles.md, section 1)."""
        return est_majeur(self.date_naissance, timezone.localdate())

    @property
    def naissance(self) -> str:
        return date_en_toutes_lettres(self.date_naissance)

    @property
    def ne_en(self) -> str:
        return "Née" if self.sexe == "female" else "Né"

    @property
    def ne_le(self) -> str:
        """« Née le 14 mars 1957 », « Née en 1962 (jour et mois inconnus) »."""
        article = "" if self.naissance.startswith("en ") else "le "
        return f"{self.ne_en} {article}{self.naissance}"

    @property
    def auteur(self) -> Auteur:
        return Auteur(genre="usager", ref=str(self.pk), nom=self.nom_complet)

    @property
    def concerne(self) -> Concerne:
        return Concerne(usager_ref=str(self.pk), usager_nom=self.nom_complet)
