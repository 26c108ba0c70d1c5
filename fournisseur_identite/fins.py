"""Telling a FS that a connexion is over (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.5)."""

import uuid
from datetime import timedelta
from typing import Final

import httpx2
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from joserfc import jwt

from fournisseur_identite import cles, identite
from fournisseur_identite.models import AvisDeFin, Connexion

EVENEMENT: Final = "http://schemas.openid.net/event/backchannel-logout"
VIE: Final = timedelta(minutes=2)
DELAI: Final = 5.0  # seconds


def logout_token(connexion: Connexion) -> str:
    """The signed token that says which subject and which session are over; it holds no nonce."""
    maintenant = timezone.now()
    alg = connexion.fs.id_token_alg
    cle = cles.active(alg)
    claims = {
        "iss": settings.SITE_URL,
        "aud": connexion.fs.client_id,
        "iat": int(maintenant.timestamp()),
        "exp": int((maintenant + VIE).timestamp()),
        "jti": str(uuid.uuid4()),
        "sub": identite.sub(connexion.fs, connexion.autorisation.mandat.usager),
        "sid": connexion.sid,
        "events": {EVENEMENT: {}},
    }
    return jwt.encode({"alg": alg, "kid": cle.kid, "typ": "logout+jwt"}, claims, cle, [alg])


@transaction.atomic
def envoyer(avis_id: uuid.UUID) -> bool:
    """Tell the FS, unless it knows already; return whether it does now.

    The row stays locked meanwhile: two workers never tell it at once. A failure is left to the
    sweep, which waits longer each time.
    """
    relations = ("connexion__fs", "connexion__autorisation__mandat__usager")
    avis = AvisDeFin.objects.a_envoyer().select_related(*relations)
    ligne = avis.select_for_update(of=("self",), skip_locked=True).filter(pk=avis_id).first()
    if ligne is None or not _dire(ligne.connexion):
        return False
    ligne.marquer_envoye()
    return True


def _dire(connexion: Connexion) -> bool:
    if not connexion.fs.logout_uri:
        return True  # the FS does not want to know any more
    corps = {"logout_token": logout_token(connexion)}
    try:
        reponse = httpx2.post(connexion.fs.logout_uri, data=corps, timeout=DELAI)
    except httpx2.HTTPError:
        return False
    return reponse.status_code in (200, 204)
