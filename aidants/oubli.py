"""A forgotten password: asking for a link, and opening it in the browser that asked, nowhere else.

A link by mail is no factor: it changes the password, and the login then asks for the code.
"""

import secrets
import uuid

from django.http import HttpRequest, HttpResponse

from aidants import essais
from aidants.empreintes import empreintes, est_empreinte
from aidants.models import Aidant, Echec, Recuperation
from aidants.models.recuperations import Genre

MARQUE = "oubli_marque"
_USAGE = "recuperation:navigateur"


def demander(request: HttpRequest, courriel: str) -> None:
    """Ask for a link; too many demands, or an address that is nobody's, look the same."""
    courriel = courriel.strip().lower()
    request.session.setdefault(MARQUE, secrets.token_urlsafe(32))
    if Echec.objects.tenter(essais.compteurs_mails(request, courriel)) is None:
        return
    aidant = Aidant.objects.filter(courriel=courriel, is_active=True).first()
    ici, *anciens = empreintes(request.session[MARQUE], usage=_USAGE)
    Recuperation.objects.demander(aidant=aidant, navigateur=ici, anciens=anciens)


def lien(pk: uuid.UUID, jeton: str) -> Recuperation | None:
    """The link of this address, used or too old included; None when the token is not its own."""
    liens = Recuperation.objects.filter(pk=pk, genre=Genre.MOT_DE_PASSE, aidant__isnull=False)
    trouve = liens.select_related("aidant").first()
    return trouve if trouve and trouve.est_ouvert_par(jeton) else None


def est_d_ici(request: HttpRequest, lien: Recuperation) -> bool:
    """Whether the link was asked for in this browser."""
    marque: str = request.session.get(MARQUE, "")
    return bool(marque) and est_empreinte(lien.navigateur, marque, usage=_USAGE)


def reconnaitre(reponse: HttpResponse, lien: Recuperation) -> None:
    """Mark the browser as known: who holds the mailbox is no stranger.

    Tries of the login that strangers make elsewhere do not slow this one.
    """
    if lien.aidant:
        essais.reconnaitre(reponse, lien.aidant.courriel, par_courriel=True)
