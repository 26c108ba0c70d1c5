"""Telling a FS that a connexion is over (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.5).

A use ends by a logout, with the mandat, or with the aidant's session. What ends by an act is told
after its commit: a revocation never waits for a connexion, which may be waiting for it. What ends
by time, or was missed, is found by the sweep.
"""

import uuid
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from joserfc import jwt

from fournisseur_identite import appels, cles, identite
from fournisseur_identite.appels import AppelImpossible
from fournisseur_identite.models import AvisDeFin, Connexion, DemandeAutorisation
from fournisseur_identite.models.connexions import ConnexionQuerySet
from mandats.models import Autorisation

EVENEMENT: Final = "http://schemas.openid.net/event/backchannel-logout"
VIE: Final = timedelta(minutes=2)
DELAI: Final = 5.0  # seconds
_CONNEXIONS: Final = "oidc_connexions"  # in the session, the uses that it opened


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
        return appels.poster(connexion.fs.logout_uri, corps, delai=DELAI) in (200, 204)
    except AppelImpossible:
        return False


# --- What ends a use, beside a logout -------------------------------------------------------------


def noter(session: SessionBase, demande: DemandeAutorisation) -> None:
    """Remember, with the aidant's session, a use whose FS wants to know its end."""
    if demande.fs.logout_uri:
        session[_CONNEXIONS] = [*session.get(_CONNEXIONS, []), str(demande.connexion.pk)]


def a_la_fin_d_une_session(session: SessionBase | dict[str, Any]) -> None:
    """Everything that the aidant had opened in it (`settings.SUITE_SESSION_FINIE`)."""
    if aidant := session.get(SESSION_KEY):
        clore_les_codes(aidant_id=aidant)
    if ids := session.get(_CONNEXIONS):
        _clore_au_commit(Connexion.objects.filter(pk__in=ids))


def clore_les_codes(**de: Any) -> None:
    """The codes that nobody has exchanged yet, of this aidant, of this FS: none serves any more.

    Their FS holds nothing of them: there is nothing to tell it.
    """
    maintenant = timezone.now()
    attendus = Connexion.objects.filter(**de, code_servi_le=None, fermee_le=None)
    attendus.filter(code_expire_le__gt=maintenant).update(fermee_le=maintenant)


def a_la_fin_d_une_autorisation(autorisation: Autorisation) -> None:
    """Everything that was opened by it (`settings.SUITE_AUTORISATION_FINIE`)."""
    _clore_au_commit(Connexion.objects.filter(autorisation=autorisation))


def _clore_au_commit(connexions: ConnexionQuerySet) -> None:
    def au_commit() -> None:  # a named function: Django's log of a failure asks its name
        clore(connexions)

    transaction.on_commit(au_commit, robust=True)


def clore(connexions: ConnexionQuerySet, *, au_plus: int = 1000) -> int:
    """Close each of those whose FS is to be told, in a transaction of its own; return how many."""
    return sum(map(_clore, connexions.a_prevenir().values_list("pk", flat=True)[:au_plus]))


@transaction.atomic
def _clore(pk: uuid.UUID) -> bool:
    verrouillee = Connexion.objects.a_prevenir().select_related("fs")
    verrouillee = verrouillee.select_for_update(of=("self",), no_key=True, skip_locked=True)
    connexion = verrouillee.filter(pk=pk).first()
    if connexion is not None:
        connexion.fermer()
    return connexion is not None
