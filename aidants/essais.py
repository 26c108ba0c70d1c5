"""The tries of a password or a code: who has how many, and a browser that is known.

Guessing is slowed down for the account and for the address. A browser where the account logged in
well keeps a signed mark, and a budget of its own: a stranger's failures never shut its owner out,
nor do those of a colleague behind the same address.

Passwords and codes are counted apart: a right password forgives no wrong code, and strangers who
know no password use up no try of the codes.
"""

import secrets
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from aidants.adresses import adresse_client
from aidants.empreintes import empreinte, est_empreinte
from aidants.models.echecs import CONSERVATION, Compteur, Echec, Seuil

COOKIE = "__Host-navigateur" if settings.EN_PRODUCTION else "ac_navigateur"
DUREE = timedelta(days=90)
_SEL = "aidants.essais.navigateur"
_USAGE = "navigateur"

_DIX_MINUTES, _HEURE, _JOUR = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
SEUILS_PAIRE = (Seuil(nombre=5, fenetre=_DIX_MINUTES), Seuil(nombre=20, fenetre=_JOUR))
SEUIL_ADRESSE = Seuil(nombre=30, fenetre=_DIX_MINUTES)
SEUIL_COMPTE = Seuil(nombre=50, fenetre=_HEURE, attente_max=timedelta(minutes=1))
# Who is at the codes knows the password, and three codes of a million are right: far fewer tries.
SEUIL_COMPTE_CODES = Seuil(nombre=10, fenetre=_JOUR)

# Nothing is given back of the mails that were asked for: these limits are of requests.
SEUIL_MAILS_PAIRE = Seuil(
    nombre=3, fenetre=_DIX_MINUTES, attente=_DIX_MINUTES, attente_max=_DIX_MINUTES
)
SEUIL_MAILS_COMPTE = Seuil(nombre=20, fenetre=_HEURE, attente=timedelta(minutes=1))
SEUIL_MAILS_ADRESSE = Seuil(nombre=30, fenetre=_HEURE, attente=_DIX_MINUTES)

# A serial number names a card of the national stock: nobody learns by trying which ones are there.
SEUIL_SERIES = Seuil(nombre=10, fenetre=_HEURE, attente=timedelta(minutes=1), attente_max=_HEURE)
# Each sending writes to somebody who may not have asked for it.
SEUIL_INVITATIONS = Seuil(nombre=5, fenetre=_JOUR, attente=_HEURE, attente_max=_JOUR)


def compteurs_series(responsable: str) -> list[Compteur]:
    """What an unknown serial number, typed by this manager (`pk`), counts on."""
    return [Compteur(usage="series", valeur=responsable, seuils=(SEUIL_SERIES,))]


def compteurs_invitations(invitation: str) -> list[Compteur]:
    """What each sending of this invitation (`pk`) counts on."""
    return [Compteur(usage="invitations", valeur=invitation, seuils=(SEUIL_INVITATIONS,))]


def compteurs(request: HttpRequest, courriel: str) -> list[Compteur]:
    """What a wrong password of this account, in this browser, counts on."""
    return _compteurs(request, courriel, "", SEUILS_PAIRE, SEUIL_COMPTE, SEUIL_ADRESSE)


def compteurs_codes(request: HttpRequest, courriel: str) -> list[Compteur]:
    """The same for a wrong code, given after a right password."""
    return _compteurs(request, courriel, "-codes", SEUILS_PAIRE, SEUIL_COMPTE_CODES, SEUIL_ADRESSE)


def compteurs_mails(request: HttpRequest, courriel: str) -> list[Compteur]:
    """The same for a mail that anybody may ask for, to this address."""
    paire = (SEUIL_MAILS_PAIRE,)
    return _compteurs(request, courriel, "-mails", paire, SEUIL_MAILS_COMPTE, SEUIL_MAILS_ADRESSE)


def _compteurs(
    request: HttpRequest,
    courriel: str,
    quoi: str,
    paire: tuple[Seuil, ...],
    compte: Seuil,
    adresse: Seuil,
) -> list[Compteur]:
    if marque := _marque(request, courriel, quoi):
        return [Compteur(usage=f"navigateur{quoi}", valeur=f"{courriel}|{marque}", seuils=paire)]
    ici = adresse_client(request)
    return [
        Compteur(usage=f"paire{quoi}", valeur=f"{courriel}|{ici}", seuils=paire),
        Compteur(usage=f"compte{quoi}", valeur=courriel, seuils=(compte,)),
        Compteur(usage=f"adresse{quoi}", valeur=ici, seuils=(adresse,)),
    ]


def noter_lieu(request: HttpRequest) -> None:
    """An aidant has just logged in from here: for two days, people are received here."""
    Echec.objects.noter([_lieu(adresse_client(request))])


def seuils_ici(adresse: str, seuils: tuple[Seuil, ...]) -> tuple[Seuil, ...]:
    """Five times as many where aidants work: a library's whole public shares its one address."""
    depuis = timezone.now() - CONSERVATION
    if not Echec.objects.filter(cle__in=_lieu(adresse).cles, instant__gt=depuis).exists():
        return seuils
    return tuple(replace(seuil, nombre=5 * seuil.nombre) for seuil in seuils)


def _lieu(adresse: str) -> Compteur:
    return Compteur(usage="lieu", valeur=adresse, seuils=())


def compteurs_cle(request: HttpRequest) -> list[Compteur]:
    """What a passkey that is refused counts on.

    It names nobody before it is right, and cannot be guessed: the address alone, apart from the
    passwords, so that errors of these never keep a passkey out.
    """
    adresse = adresse_client(request)
    return [Compteur(usage="cle", valeur=adresse, seuils=(SEUIL_ADRESSE,))]


def _marque(request: HttpRequest, courriel: str, quoi: str) -> str:
    """The mark of a browser where this account logged in lately; empty otherwise.

    One given by a mail counts for passwords alone: who holds the mailbox draws them at will, and
    each would bring a new budget of codes.
    """
    try:
        contenu = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SEL, max_age=DUREE)
    except signing.BadSignature:
        return ""
    if quoi and contenu.get("par_courriel"):
        return ""
    siens = est_empreinte(contenu["compte"], courriel, usage=_USAGE)
    return str(contenu["marque"]) if siens else ""


def reconnaitre(reponse: HttpResponse, courriel: str, *, par_courriel: bool = False) -> None:
    """Mark the browser where this account has just logged in, password and code.

    `par_courriel`: where it has just chosen a password, by a link.
    """
    contenu = {
        "compte": empreinte(courriel, usage=_USAGE),
        "marque": secrets.token_urlsafe(16),
        "par_courriel": par_courriel,
    }
    reponse.set_cookie(
        COOKIE,
        signing.dumps(contenu, salt=_SEL),
        max_age=DUREE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
