"""The usager's own view: what opens it, how long, and what each way of opening it shows.

A found paper must not tell a stranger one's life: the code and the birth date open one mandat,
without its uses; FranceConnect opens them all, with every use.
"""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from aidants import essais
from aidants.empreintes import enfermer, est_courante, nom_courant, travailler
from aidants.models import Echec
from aidants.models.echecs import Compteur, Seuil
from journal.actions import CONSULTATION_USAGER
from journal.models import Entree, EntreeQuerySet
from mandats import question
from mandats.code_papier import CodePapier
from mandats.models import Mandat
from mandats.models.mandats import empreintes_code
from usagers import sms
from usagers.identite import Identite, meme_naissance
from usagers.models import Canal, Usager

OUVERT = "consultation_ouverte"
SAISIE = "consultation_code"
DUREE = timedelta(minutes=15)
CODE_DU_PAPIER = "code du papier"
FRANCECONNECT = "FranceConnect"
CODE_UNIQUE = "code du papier et code à usage unique"

_DIX_MINUTES, _JOUR = timedelta(minutes=10), timedelta(days=1)
_HEURE = timedelta(hours=1)
SEUILS_CODE = (
    Seuil(nombre=5, fenetre=_DIX_MINUTES, attente_max=_HEURE),
    Seuil(nombre=20, fenetre=_JOUR, attente_max=_HEURE),
)
SEUILS_ADRESSE = (
    Seuil(nombre=20, fenetre=_DIX_MINUTES, attente_max=_HEURE),
    Seuil(nombre=100, fenetre=_JOUR, attente_max=_HEURE),
)

_SITE = Compteur(usage="mon_mandat_site", valeur="", seuils=())
ALARME = 1000  # missed codes of the whole site in a day (securite.md, 2.4)

logger = logging.getLogger(__name__)


def retenir_code(session: SessionBase, code: CodePapier) -> None:
    """Keep the code for the next page; its secret under the keyed hashes only."""
    question.oublier(session)
    courante, *anciennes = empreintes_code(code.secret)
    session[SAISIE] = {
        "localisateur": code.localisateur,
        "empreinte": courante,
        "anciennes": anciennes,
        "cle": nom_courant(),
        "le": timezone.now().timestamp(),
    }


def code_retenu(session: SessionBase) -> dict[str, Any] | None:
    saisie: dict[str, Any] | None = session.get(SAISIE)
    if saisie and timezone.now().timestamp() - saisie["le"] < DUREE.total_seconds():
        return saisie
    return None


def ouvrir_par_code(session: SessionBase, naissance: str, *, adresse: str) -> Mandat | None:
    """Open the mandat of the kept code and this birth date; None for any reason that it fails.

    One answer and one cost for an unknown code, a wrong secret and a wrong date.
    """
    saisie = code_retenu(session)
    if saisie is None:
        return None
    ici = essais.seuils_ici(adresse, SEUILS_ADRESSE)
    compteurs = [
        Compteur(usage="code_papier", valeur=saisie["localisateur"], seuils=SEUILS_CODE),
        Compteur(usage="mon_mandat", valeur=adresse, seuils=ici),
    ]
    essai = Echec.objects.tenter(compteurs)
    if essai is None:  # nothing was tried: one address alone cannot raise the alarm of the site
        return None
    mandat = _trouver(saisie, naissance)
    if mandat is None:
        _veiller_sur_le_site()
        return None
    with Echec.objects.annule_si_occupe(essai):
        return _ouvrir_mandat(session, mandat, essai)


def _veiller_sur_le_site() -> None:
    """Raise the alarm when the whole site misses too much in a day; nobody is slowed by it."""
    Echec.objects.noter([_SITE])
    if _manques_du_site().count() % ALARME == 0:
        logger.error("mon_mandat_trop_d_essais")


def _manques_du_site() -> QuerySet[Echec]:
    return Echec.objects.filter(cle__in=_SITE.cles, instant__gt=timezone.now() - _JOUR)


def nombre_a_ecrire(session: SessionBase) -> int | None:
    """The question that a person answers, asked of all while the alarm of the day lasts."""
    trop = _manques_du_site()[ALARME - 1 : ALARME].exists()
    return question.a_poser(session) if trop else None


@transaction.atomic
def _ouvrir_mandat(session: SessionBase, mandat: Mandat, essai: list[int]) -> Mandat:
    Echec.objects.rendre(essai)
    _hacher_a_nouveau(mandat, session.pop(SAISIE))
    _ouvrir(session, [mandat.pk], usager=None, localisateur=mandat.localisateur)
    _inscrire(mandat.usager, CODE_DU_PAPIER, mandat)
    return mandat


def _hacher_a_nouveau(mandat: Mandat, saisie: dict[str, Any]) -> None:
    """A code that an old key hashed passes under the current one, unless it has just changed."""
    if est_courante(mandat.secret_code) or saisie.get("cle") != nom_courant():
        return
    tel_que_lu = Mandat.objects.filter(pk=mandat.pk, secret_code=mandat.secret_code)
    tel_que_lu.update(secret_code=enfermer(saisie["empreinte"]))


def _trouver(saisie: dict[str, Any], naissance: str) -> Mandat | None:
    mandats = Mandat.objects.avec_tout().lisibles()
    mandat = mandats.filter(localisateur=saisie["localisateur"]).first()
    toutes = [saisie["empreinte"], *saisie.get("anciennes", [])]
    if mandat is None:
        travailler(toutes)  # the same as for a code that exists
        return None
    ouvre = mandat.code_ouvre(toutes)
    return mandat if ouvre and meme_naissance(mandat.usager.date_naissance, naissance) else None


@transaction.atomic
def ouvrir_par_identite(session: SessionBase, identite: Identite) -> None:
    """Open every mandat of the person whom FranceConnect identified."""
    usager = Usager.objects.reconnaitre(identite)
    mandats = list(Mandat.objects.pour(usager).values_list("pk", flat=True)) if usager else []
    _ouvrir(session, mandats, usager=usager)
    if usager:
        _inscrire(usager, FRANCECONNECT)


def _ouvrir(
    session: SessionBase,
    mandats: list[uuid.UUID],
    *,
    usager: Usager | None,
    localisateur: str = "",
) -> None:
    session.cycle_key()
    session[OUVERT] = {
        "mandats": [str(pk) for pk in mandats],
        "usager": str(usager.pk) if usager else "",
        "localisateur": localisateur,
        "jusqua": (timezone.now() + DUREE).timestamp(),
    }


def mandats_ouverts(session: SessionBase) -> list[str] | None:
    """Return the ids that this browser may see now; None when nothing is open.

    What a paper code opened closes with that code: a new one may be asked because of a stranger.
    """
    ouvert = _ouvert(session)
    if ouvert is None:
        return None
    mandats, localisateur = list(ouvert["mandats"]), ouvert.get("localisateur")
    par_code = Mandat.objects.filter(pk__in=mandats, localisateur=localisateur)
    return None if localisateur and not par_code.exists() else mandats


def _ouvert(session: SessionBase) -> dict[str, Any] | None:
    ouvert: dict[str, Any] | None = session.get(OUVERT)
    return ouvert if ouvert and ouvert["jusqua"] >= timezone.now().timestamp() else None


def usager_identifie(session: SessionBase) -> str:
    """Return the id of the person whom FranceConnect identified here; empty after a paper code."""
    return str((_ouvert(session) or {}).get("usager", ""))


def moyen(session: SessionBase) -> str:
    """How the person in front of this browser was known."""
    return FRANCECONNECT if usager_identifie(session) else CODE_DU_PAPIER


def ouvrir_lecture(session: SessionBase, mandat: Mandat) -> None:
    """The one-time code was right: the uses of this mandat, and of no other, may be read."""
    session[OUVERT] = session[OUVERT] | {"lecture": str(mandat.pk)}
    _inscrire(mandat.usager, CODE_UNIQUE, mandat)


def peut_lire(session: SessionBase, mandat: Mandat) -> bool:
    """Whether this browser may read the uses of an open mandat."""
    par_code = session.get(OUVERT, {}).get("lecture") == str(mandat.pk)
    return par_code or usager_identifie(session) == str(mandat.usager_id)


def utilisations_lisibles(session: SessionBase) -> EntreeQuerySet:
    """The uses that this browser may read: all of the person's, or one mandat's, or none."""
    if usager := usager_identifie(session):
        return Entree.objects.pour_usager(uuid.UUID(usager)).utilisations()
    if mandat := session.get(OUVERT, {}).get("lecture"):
        return Entree.objects.pour_mandat(uuid.UUID(mandat)).utilisations()
    return Entree.objects.none()


def adresse_de_lecture(usager: Usager, canal: str) -> str:
    """Where the one-time code goes: to what the person confirmed, or nowhere."""
    if canal == Canal.SMS:
        return usager.telephone if usager.telephone_confirme_le and sms.est_actif() else ""
    return usager.courriel if usager.courriel_confirme_le else ""


def fermer(session: SessionBase) -> None:
    for cle in (OUVERT, SAISIE):
        session.pop(cle, None)


def _inscrire(usager: Usager, moyen: str, mandat: Mandat | None = None) -> None:
    Entree.objects.inscrire(
        CONSULTATION_USAGER,
        acte=uuid.uuid4(),
        par=usager.auteur,
        cadre=mandat.structure.cadre if mandat else None,
        concerne=mandat.concerne if mandat else usager.concerne,
        details={"moyen": moyen},
    )
