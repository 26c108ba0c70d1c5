"""Second factors: the only door to their codes, and how one is added, removed or lost.

`django_otp.verify_token` locks the device's row; a device's own method does not, and lets the same
code in several times at once.
"""

import re
import secrets
import uuid
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeAlias

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django_otp import verify_token
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from aidants import secours
from aidants.courriers import GenreCourrier
from aidants.models import Aidant, AppareilTotp, CarnetSecours, MotifDissociation, Recuperation
from journal.actions_comptes import (
    CODE_SECOURS_UTILISE,
    CODES_SECOURS,
    FACTEUR_AJOUTE,
    FACTEUR_RETIRE,
    FACTEURS_REINITIALISES,
)
from journal.models import Auteur, Cadre

TAILLE_CLE = 20  # bytes: what RFC 4226, section 4, recommends
CODE_TOTP = re.compile("[0-9]{6}")
MINIMUM = 2  # factors, for one of them to be removed

Facteur: TypeAlias = AppareilTotp | WebAuthnCredential


class Refus(Enum):
    CARTE = "carte"
    DERNIER = "dernier"
    DERNIERE_CLE = "derniere_cle"


def verifier(aidant: Aidant, code: str) -> Device | None:
    """Return the aidant's confirmed device that accepts `code`, or None.

    A code of six digits is of an application or a card; ten symbols are a recovery code; what is
    neither is asked of no device, and counts as a failure of none.
    """
    propre = "".join(code.split())
    if secours.lire(propre):
        return _verifier_secours(aidant, propre)
    if not CODE_TOTP.fullmatch(propre):
        return None
    appareils = list(AppareilTotp.objects.filter(user=aidant, confirmed=True).order_by("pk"))
    # A code of one device is no failure of the others: only the device that shows it is asked.
    vise = next((a for a in appareils if a.montre(propre)), None) or next(iter(appareils), None)
    return verify_token(aidant, vise.persistent_id, propre) if vise else None


@transaction.atomic
def _verifier_secours(aidant: Aidant, code: str) -> Device | None:
    carnet = CarnetSecours.objects.filter(user=aidant, confirmed=True).first()
    accepte = verify_token(aidant, carnet.persistent_id, code) if carnet else None
    if accepte is None:
        return None
    aidant.inscrire(CODE_SECOURS_UTILISE, par=aidant.auteur, details={"restants": accepte.restants})
    aidant.prevenir(GenreCourrier.CODE_SECOURS_UTILISE, restants=accepte.restants)
    return accepte


def applications(aidant: Aidant) -> Sequence[AppareilTotp]:
    """The confirmed applications and cards, the oldest first."""
    confirmes = AppareilTotp.objects.filter(user=aidant, confirmed=True)
    return list(confirmes.select_related("carte").order_by("created_at"))


def cles_acces(aidant: Aidant) -> Sequence[WebAuthnCredential]:
    confirmees = WebAuthnCredential.objects.filter(user=aidant, confirmed=True)
    return list(confirmees.order_by("created_at"))


def codes_restants(aidant: Aidant) -> int:
    carnet = CarnetSecours.objects.filter(user=aidant).first()
    return carnet.restants if carnet else 0


def en_a_un(aidant: Aidant) -> bool:
    """Whether the account has a factor of its own (recovery codes only stand in for one)."""
    filtre = {"user": aidant, "confirmed": True}
    return (
        AppareilTotp.objects.filter(**filtre).exists()
        or WebAuthnCredential.objects.filter(**filtre).exists()
    )


def sans_facteur(aidants: "QuerySet[Aidant]") -> "QuerySet[Aidant]":
    """The same as not `en_a_un`, in SQL."""
    filtre = {"user": OuterRef("pk"), "confirmed": True}
    return aidants.exclude(Exists(AppareilTotp.objects.filter(**filtre))).exclude(
        Exists(WebAuthnCredential.objects.filter(**filtre))
    )


def nouvelle_cle() -> bytes:
    return secrets.token_bytes(TAILLE_CLE)


@transaction.atomic
def enroler(aidant: Aidant, *, cle: bytes, code: str, nom: str) -> AppareilTotp | None:
    """Add the application that shows `code` from `cle`; None when the code is not of now.

    It closes the time in which a password alone could add a factor. The caller counts the tries.
    """
    compte = aidant.verrouiller()
    if any(appareil.cle == cle for appareil in applications(compte)):
        return None  # the same form sent twice: two devices of one key would accept a code twice
    appareil = AppareilTotp(user=compte, name=nom, confirmed=False)
    appareil.cle = cle
    appareil.save(force_insert=True)
    if not appareil.caler(code, pas=AppareilTotp.TOLERANCE):
        appareil.delete()
        return None
    compte.enrolement_jusqua = None
    compte.save(update_fields=["enrolement_jusqua"])
    annoncer_ajout(compte, appareil.genre)
    return appareil


def annoncer_ajout(aidant: Aidant, genre: str) -> None:
    """Journal and mail a new factor ("application", "carte" or "cle"), in its transaction."""
    aidant.inscrire(FACTEUR_AJOUTE, par=aidant.auteur, details={"genre": genre})
    aidant.prevenir(GenreCourrier.FACTEUR_AJOUTE, moyen=genre)


def lire(aidant: Aidant, genre: str, pk: int) -> Facteur | None:
    """One of the account's own confirmed factors; `genre` is "application" (cards too) or "cle"."""
    listes: dict[str, Callable[[Aidant], Sequence[Facteur]]]
    listes = {"application": applications, "cle": cles_acces}
    liste = listes[genre](aidant) if genre in listes else []
    return next((facteur for facteur in liste if facteur.pk == pk), None)


def renommer(facteur: Facteur, nom: str) -> None:
    facteur.name = nom
    facteur.save(update_fields=["name"])


def motif_de_refus(aidant: Aidant, facteur: Facteur) -> Refus | None:
    """Why the account cannot remove this factor by itself.

    A passkey opens a session, but a mandat is signed with a code: what shows codes stays. And an
    account of the national team without a key lets a password and a code make one: it keeps one.
    """
    genre = genre_de(facteur)
    if genre == "carte":
        return Refus.CARTE
    gardee = settings.CLE_ACCES_SUPERVISION and aidant.supervision and genre == "cle"
    if gardee and len(cles_acces(aidant)) < MINIMUM:
        return Refus.DERNIERE_CLE
    if isinstance(facteur, AppareilTotp) and len(applications(aidant)) < MINIMUM:
        return Refus.DERNIER
    return Refus.DERNIER if _nombre(aidant) < MINIMUM else None


def genre_de(facteur: Facteur) -> str:
    """In the journal's words: "application", "carte" or "cle"."""
    return facteur.genre if isinstance(facteur, AppareilTotp) else "cle"


@transaction.atomic
def retirer(aidant: Aidant, facteur: Facteur, *, sauf_session: str | None = None) -> bool:
    """Remove one of one's own factors, never the last; close the other sessions.

    A card goes back through the responsable (`CarteTotp.dissocier`), not here.
    """
    compte = aidant.verrouiller()
    genre = genre_de(facteur)
    if facteur.user_id != compte.pk or motif_de_refus(compte, facteur):
        return False
    facteur.delete()
    compte.fermer_sessions(sauf=sauf_session)
    compte.inscrire(FACTEUR_RETIRE, par=compte.auteur, details={"genre": genre})
    compte.prevenir(GenreCourrier.FACTEUR_RETIRE, moyen=genre)
    return True


@transaction.atomic
def renouveler_codes(aidant: Aidant) -> list[str]:
    """Draw ten new recovery codes, to be shown once; the old ones are dead."""
    compte = aidant.verrouiller()
    carnet = CarnetSecours.objects.filter(user=compte).first()
    carnet = carnet or CarnetSecours(user=compte, name="Codes de secours", confirmed=True)
    codes = carnet.remplir()
    carnet.save()
    compte.codes_secours_le = timezone.now()
    compte.save(update_fields=["codes_secours_le"])
    compte.inscrire(CODES_SECOURS, par=compte.auteur)
    return codes


@transaction.atomic
def reinitialiser(
    aidant: Aidant,
    *,
    par: Auteur,
    precision: str,
    cadre: Cadre | None = None,
    acte: uuid.UUID | None = None,
) -> int:
    """Remove every factor of someone who lost theirs; return how many there were.

    Sessions are closed; a link by mail then lets the person enrol a new application, after the
    password. The caller has checked who the person is.
    """
    compte = aidant.verrouiller()
    nombre = _nombre(compte)
    for carte in compte.cartes.all():
        carte.dissocier(par=par, motif=MotifDissociation.PERTE, cadre=cadre)
    AppareilTotp.objects.filter(user=compte).delete()
    WebAuthnCredential.objects.filter(user=compte).delete()
    CarnetSecours.objects.filter(user=compte).delete()
    compte.codes_secours_le = compte.enrolement_jusqua = None
    compte.save(update_fields=["codes_secours_le", "enrolement_jusqua"])
    compte.fermer_sessions()
    compte.inscrire(
        FACTEURS_REINITIALISES,
        par=par,
        cadre=cadre,
        precision=precision,
        acte=acte,
        details={"nombre": nombre},
    )
    Recuperation.objects.rouvrir_enrolement(compte)
    return nombre


def _nombre(aidant: Aidant) -> int:
    return len(applications(aidant)) + len(cles_acces(aidant))
