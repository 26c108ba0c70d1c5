"""The verification of each night: when it is due, what it goes over, what is kept of it.

Incremental on most nights, from the head that the last good one went up to; whole once a week, and
after any finding, so that an alarm is never forgotten by looking further on.
"""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, transaction
from django.utils import timezone

from journal.note import Cle, Plume
from journal.registre import Registre
from journal.role import a_cote
from journal.sceaux import Controle
from journal.verification import Verification

HEURE = 2  # of the night, in Paris
SEMAINE = timedelta(days=7)
GARDES = timedelta(days=400)
CONSTATS_MAX = 200  # a cut journal has a finding per seal: the command tells them all
VERROU = 7_963


def est_du(maintenant: datetime) -> bool:
    """Whether no verification has been completed since two in the morning."""
    nuit = timezone.localtime(maintenant).replace(hour=HEURE, minute=0, second=0, microsecond=0)
    if nuit > maintenant:
        nuit -= timedelta(days=1)
    return not Controle.objects.filter(fini_le__gte=nuit, echec="").exists()


def controler(*, entier: bool = False) -> Controle | None:
    """Verify under audit's role and keep what was found; None when another one is at it."""
    with a_cote("audit") as connexion:
        registre = Registre(connexion)
        ((libre,),) = registre.lire("SELECT pg_try_advisory_lock(%s)", VERROU)
        if not libre:
            return None
        try:
            controle = _verifier(registre, entier=entier)
        finally:
            registre.lire("SELECT pg_advisory_unlock(%s)", VERROU)
    controle.save(force_insert=True)
    return controle


def _verifier(registre: Registre, *, entier: bool) -> Controle:
    debut, depuis = time.monotonic(), None if entier else _depuis()
    controle = Controle(entier=depuis is None)
    try:
        registre.regler()
        sceau = registre.dernier_sceau()
        if sceau:
            controle.arbre, controle.taille = sceau.arbre, sceau.taille
        verification = Verification(registre, cle=cle_de_confiance(), depuis=depuis)
        constats = [constat.en_json() for constat in verification.constats()]
        controle.constats = constats[:CONSTATS_MAX]
    except (Error, OSError, ValueError) as erreur:
        controle.echec = f"{type(erreur).__name__}: {erreur}"[:300]
    controle.fini_le, controle.duree = timezone.now(), round(time.monotonic() - debut, 3)
    return controle


def _depuis() -> tuple[int, int] | None:
    """Where the last good verification ended; None when the whole journal is due."""
    dernier = Controle.objects.filter(echec="").first()
    if dernier is None or not dernier.est_bon or dernier.arbre is None or dernier.taille is None:
        return None
    semaine = timezone.now() - SEMAINE
    if not Controle.objects.filter(entier=True, echec="", fini_le__gte=semaine).exists():
        return None
    return dernier.arbre, dernier.taille


def cle_de_confiance() -> Cle | None:
    if settings.CLE_SCEAU_PUBLIQUE:
        return Cle.lire(settings.CLE_SCEAU_PUBLIQUE)
    return Plume(settings.CLE_SCEAU).cle if settings.CLE_SCEAU else None


@transaction.atomic
def oublier_les_anciens() -> None:
    Controle.objects.filter(fini_le__lt=timezone.now() - GARDES).delete()
