"""The pairs that sign our tokens: préparée, publiée, active, retirée, supprimée.

One key of each algorithm signs; its successor is published beside it, all the time. A rotation, or
a key revoked in a hurry, thus goes over to a key that every client has had for long.
"""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Func, Q
from django.utils import timezone
from joserfc.jwk import ECKey, KeyParameters, RSAKey

from aidants.chiffrement import chiffrer, dechiffrer
from journal.actes import acte_de
from journal.actions import (
    CLE_ACTIVEE,
    CLE_PREPAREE,
    CLE_PUBLIEE,
    CLE_RETIREE,
    CLE_REVOQUEE,
    CLE_SUPPRIMEE,
    Action,
)
from journal.models import Auteur, Concerne, Entree

Cle = ECKey | RSAKey

PAS: Final = (CLE_PREPAREE, CLE_PUBLIEE, CLE_ACTIVEE, CLE_RETIREE, CLE_SUPPRIMEE, CLE_REVOQUEE)
URN: Final = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"  # RFC 9278
VIE: Final = timedelta(days=90)  # how long a key signs
PREAVIS: Final = timedelta(hours=24)  # published before it signs: every cache has it by then
CONSERVATION: Final = timedelta(hours=25)  # published after it has signed: tokens and caches


class Alg(models.TextChoices):
    ES256 = "ES256", "ES256 (P-256)"
    RS256 = "RS256", "RS256 (RSA 2048)"


class Etat(StrEnum):
    PREPAREE = "préparée"
    PUBLIEE = "publiée"
    ACTIVE = "active"
    RETIREE = "retirée"
    SUPPRIMEE = "supprimée"


class Empechement(StrEnum):
    """Why a key is not put in service, or revoked."""

    TROP_RECENTE = "The next key is not published since 24 hours yet."
    INCONNUE = "No live key has this kid."
    DEJA_PRETE = "The next key is there already."


class CleSignatureQuerySet(models.QuerySet["CleSignature"]):
    def vivantes(self) -> "CleSignatureQuerySet":
        return self.filter(supprimee_le=None)

    def preparees(self) -> "CleSignatureQuerySet":
        return self.vivantes().filter(publiee_le=None)

    def publiees(self) -> "CleSignatureQuerySet":
        """What the JWKS holds: the keys to come, those that sign, those that have signed."""
        return self.vivantes().exclude(publiee_le=None)

    def suivantes(self) -> "CleSignatureQuerySet":
        return self.publiees().filter(activee_le=None)

    def prochaines(self) -> "CleSignatureQuerySet":
        """What will sign one day: prepared, or published already."""
        return self.vivantes().filter(activee_le=None)

    def actives(self) -> "CleSignatureQuerySet":
        return self.vivantes().filter(retiree_le=None).exclude(activee_le=None)

    def retirees(self) -> "CleSignatureQuerySet":
        return self.vivantes().exclude(retiree_le=None)

    # --- Verbs over the whole set; one at a time ---

    @transaction.atomic
    def amorcer(self, *, par: Auteur) -> None:
        """Make the first keys where there is none; CLE_SIGNATURE_OIDC is the first ES256 key."""
        _verrouiller()
        for alg in Alg:
            if not self.filter(alg=alg).actives().exists():
                self._naitre(_premiere(alg), alg, par=par).activer(par=par)
                self._completer(alg, par=par)

    @transaction.atomic
    def avancer(self, *, par: Auteur) -> None:
        """Do what is due today: every step of every key's life. To be run each day."""
        self.amorcer(par=par)
        maintenant = timezone.now()
        for cle in self.retirees().filter(retiree_le__lte=maintenant - CONSERVATION):
            cle.supprimer(par=par)
        for usee in self.actives().filter(activee_le__lte=maintenant - VIE):
            self.tourner(usee.alg, par=par)
        for alg in Alg:
            self._preparer_la_suite(alg, par=par)

    def _preparer_la_suite(self, alg: Alg, *, par: Auteur) -> None:
        """A key made on one day is published on the next: a night's backup holds it by then."""
        if self.filter(alg=alg).suivantes().exists():
            return
        prete = self.filter(alg=alg).preparees().first()
        if prete is None:
            self._preparer(generer(alg), alg, par=par)
        else:
            prete.publier(par=par)

    @transaction.atomic
    def preparer(self, alg: str, *, par: Auteur, motif: str = "") -> Empechement | None:
        """Make the next key now, where there is none: it is published by a night, or by hand."""
        _verrouiller()
        if self.filter(alg=alg).prochaines().exists():
            return Empechement.DEJA_PRETE
        self._preparer(generer(Alg(alg)), Alg(alg), par=par, motif=motif)
        return None

    @transaction.atomic
    def publier(self, kid: str, *, par: Auteur, motif: str = "") -> Empechement | None:
        """Publish a prepared key without waiting for the night."""
        _verrouiller()
        cle = self.filter(kid=kid).preparees().first()
        if cle is None:
            return Empechement.INCONNUE
        cle.publier(par=par, motif=motif)
        return None

    @transaction.atomic
    def tourner(self, alg: str, *, par: Auteur, motif: str = "") -> Empechement | None:
        """Go over to the next key, when it was published long enough ago."""
        _verrouiller()
        echeance = timezone.now() - PREAVIS
        suivante = self.filter(alg=alg, publiee_le__lte=echeance).suivantes().first()
        if suivante is None:
            return Empechement.TROP_RECENTE
        self.filter(alg=alg).actives().get().retirer(par=par, motif=motif)
        suivante.activer(par=par, motif=motif)
        return None

    @transaction.atomic
    def revoquer(self, kid: str, *, par: Auteur, motif: str = "") -> Empechement | None:
        """Take a key out of service and of the JWKS at once; its successor signs from now on."""
        _verrouiller()
        cle = self.filter(kid=kid).vivantes().first()
        if cle is None:
            return Empechement.INCONNUE
        alg, signait = Alg(cle.alg), cle.est_active
        cle.revoquer(par=par, motif=motif)
        if signait:
            self._completer(alg, par=par).activer(par=par)
        self._completer(alg, par=par)
        return None

    def _preparer(self, paire: Cle, alg: Alg, *, par: Auteur, motif: str = "") -> "CleSignature":
        cle = CleSignature.de(paire, alg)
        cle.save(force_insert=True)
        cle.inscrire(CLE_PREPAREE, par=par, motif=motif)
        return cle

    def _naitre(self, paire: Cle, alg: Alg, *, par: Auteur) -> "CleSignature":
        cle = self._preparer(paire, alg, par=par)
        cle.publier(par=par)
        return cle

    def _completer(self, alg: Alg, *, par: Auteur) -> "CleSignature":
        """The published successor; failing it, the prepared one; failing both, a new one."""
        suivante = self.filter(alg=alg).suivantes().order_by("publiee_le").first()
        if suivante is not None:
            return suivante
        prete = self.filter(alg=alg).preparees().first()
        if prete is None:
            return self._naitre(generer(alg), alg, par=par)
        prete.publier(par=par)
        return prete


class CleSignature(models.Model):
    """One pair. Its state is its dates: the last one that is set."""

    kid = models.CharField(
        max_length=43, primary_key=True, help_text="Empreinte RFC 7638 de la clé publique."
    )
    alg = models.CharField("algorithme", max_length=5, choices=Alg)
    publique = models.JSONField("clé publique (JWK)")
    cle_chiffree = models.BinaryField()
    preparee_le = models.DateTimeField("préparée le")
    publiee_le = models.DateTimeField("publiée le", null=True)
    activee_le = models.DateTimeField("activée le", null=True)
    retiree_le = models.DateTimeField("retirée le", null=True)
    supprimee_le = models.DateTimeField("supprimée le", null=True)

    objects = CleSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "clé de signature"
        verbose_name_plural = "clés de signature"
        ordering = ["alg", "preparee_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["alg"],
                condition=Q(activee_le__isnull=False, retiree_le=None, supprimee_le=None),
                name="cle_une_active_par_algorithme",
                violation_error_message="Une seule clé signe, par algorithme.",
            ),
            models.CheckConstraint(
                condition=Q(activee_le=None) | Q(publiee_le__isnull=False),
                name="cle_publiee_avant_de_signer",
                violation_error_message="Une clé est publiée avant de signer.",
            ),
        ]

    def __str__(self) -> str:
        return f"Clé {self.alg} {self.kid[:8]}…"

    @classmethod
    def de(cls, paire: Cle, alg: Alg) -> "CleSignature":
        """A row for this pair, not saved; the private half is bound to the row."""
        cle = cls(kid=paire.thumbprint(), alg=alg, preparee_le=timezone.now())
        cle.publique = {**paire.as_dict(private=False), "kid": cle.kid, "use": "sig", "alg": alg}
        cle.cle_chiffree = chiffrer(paire.as_pem(private=True), lieu=cle.lieu)
        return cle

    @property
    def lieu(self) -> str:
        return f"fournisseur_identite_clesignature.cle_chiffree:{self.kid}"

    @property
    def etat(self) -> Etat:
        if self.supprimee_le:
            return Etat.SUPPRIMEE
        if self.retiree_le:
            return Etat.RETIREE
        if self.activee_le:
            return Etat.ACTIVE
        return Etat.PUBLIEE if self.publiee_le else Etat.PREPAREE

    @property
    def est_active(self) -> bool:
        return self.etat is Etat.ACTIVE

    @property
    def est_publiee(self) -> bool:
        return self.etat in (Etat.PUBLIEE, Etat.ACTIVE, Etat.RETIREE)

    @property
    def changements(self) -> int:
        """How many changes the outside has seen of it; see `GENERATION`."""
        dates = (self.publiee_le, self.activee_le, self.retiree_le, self.supprimee_le)
        return sum(date is not None for date in dates)

    def ouvrir(self) -> Cle:
        """The private key, with its `kid`."""
        pem = dechiffrer(bytes(self.cle_chiffree), lieu=self.lieu)
        return _lire(pem, Alg(self.alg), {"kid": self.kid, "use": "sig", "alg": self.alg})

    # --- What comes next, for the page of the keys ---

    @property
    def signe_des(self) -> datetime | None:
        """The first moment at which a published key may sign."""
        return self.publiee_le + PREAVIS if self.publiee_le else None

    @property
    def signe_jusqu_a(self) -> datetime | None:
        return self.activee_le + VIE if self.activee_le else None

    @property
    def publiee_jusqu_a(self) -> datetime | None:
        """Until when what a retired key signed can be verified."""
        return self.retiree_le + CONSERVATION if self.retiree_le else None

    @property
    def actes(self) -> list[uuid.UUID]:
        """The ids of all that can be written of it in the journal: each step comes once."""
        return [self._acte(action) for action in PAS]

    # --- Changes of state; the querysets' verbs hold the lock ---

    def publier(self, *, par: Auteur, motif: str = "") -> None:
        self.publiee_le = timezone.now()
        self._passer("publiee_le", CLE_PUBLIEE, par=par, motif=motif)

    def activer(self, *, par: Auteur, motif: str = "") -> None:
        self.activee_le = timezone.now()
        self._passer("activee_le", CLE_ACTIVEE, par=par, motif=motif)

    def retirer(self, *, par: Auteur, motif: str = "") -> None:
        self.retiree_le = timezone.now()
        self._passer("retiree_le", CLE_RETIREE, par=par, motif=motif)

    def supprimer(self, *, par: Auteur) -> None:
        self._effacer(CLE_SUPPRIMEE, par=par)

    def revoquer(self, *, par: Auteur, motif: str = "") -> None:
        self._effacer(CLE_REVOQUEE, par=par, motif=motif)

    def _effacer(self, action: Action, *, par: Auteur, motif: str = "") -> None:
        """The row stays, its private half is gone."""
        self.supprimee_le = timezone.now()
        self.cle_chiffree = chiffrer(b"", lieu=self.lieu)
        self._passer("supprimee_le", action, par=par, motif=motif)

    def _passer(self, date: str, action: Action, *, par: Auteur, motif: str = "") -> None:
        self.save(update_fields=[date, "cle_chiffree"])
        self.inscrire(action, par=par, motif=motif)

    def inscrire(self, action: Action, *, par: Auteur, motif: str = "") -> None:
        details = {"alg": self.alg, "kid": self.kid}
        concerne = Concerne(precision=motif)
        acte = self._acte(action)
        Entree.objects.inscrire(action, acte=acte, par=par, concerne=concerne, details=details)

    def _acte(self, action: Action) -> uuid.UUID:
        return acte_de(uuid.uuid5(uuid.NAMESPACE_URL, f"{URN}{self.kid}"), action.cle)


def generer(alg: Alg) -> Cle:
    return ECKey.generate_key("P-256") if alg == Alg.ES256 else RSAKey.generate_key(2048)


def _premiere(alg: Alg) -> Cle:
    """The pair of the settings, unless it is known here already: it may have been revoked."""
    if alg == Alg.ES256 and settings.CLE_SIGNATURE_OIDC:
        paire = ECKey.import_key(settings.CLE_SIGNATURE_OIDC)
        if not CleSignature.objects.filter(kid=paire.thumbprint()).exists():
            return paire
    return generer(alg)


def _lire(pem: bytes, alg: Alg, parametres: KeyParameters) -> Cle:
    famille = ECKey if alg == Alg.ES256 else RSAKey
    return famille.import_key(pem, parametres)


def _verrouiller() -> None:
    """One change of the keys at a time, until the end of the transaction."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtext('fournisseur_identite.cles'))")


# How many changes of state there have been: it never goes down, and says that a copy is stale.
GENERATION: Final = Func(
    template="(SELECT coalesce(sum(num_nonnulls(publiee_le, activee_le, retiree_le, supprimee_le)),"
    " 0) FROM fournisseur_identite_clesignature)",
    output_field=models.IntegerField(),
)
