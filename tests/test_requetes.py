"""Queries of each page and endpoint: as many with a thousand rows as with ten, and few of them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aidants.models import Aidant
from aidants_connect.models import Releve
from fournisseur_identite import cles
from tests.adresses import CAS
from tests.factories import aidant_au_travail
from tests.fournisseur_identite.flux import Flux, retour_de
from tests.milliers import multiplier
from tests.monde import Monde, monter

pytestmark = pytest.mark.django_db

PLAFOND = 12
HORS_COMPTE = ("SAVEPOINT", "RELEASE", "BEGIN")
ECRITURES = ("INSERT", "UPDATE", "DELETE", "WITH")


def mesurer(demander: Callable[[], Any], *statuts: int) -> tuple[Any, list[str]]:
    """An answer and its statements, without those that open and close transactions."""
    with CaptureQueriesContext(connection) as capture:
        reponse = demander()
    assert reponse.status_code in (statuts or (200,)), reponse.status_code
    sqls = [requete["sql"].strip() for requete in capture.captured_queries]
    return reponse, [sql for sql in sqls if not sql.startswith(HORS_COMPTE)]


@pytest.fixture
def monde(aidant: Aidant) -> Monde:
    return monter(aidant)


EN_ALERTE = {"sante_journal (usager)": (200, 503)}  # nobody seals the lines: it says so in time


@pytest.fixture(scope="module")
def lectures(
    base_du_module: Any, request: pytest.FixtureRequest
) -> dict[str, tuple[list[str], list[str]]]:
    """The statements of each page that a test asks for, beside ten rows of a kind, and a thousand.

    One world serves them all: what a page's address needs is undone after it has been read.
    """
    with base_du_module.unblock(), transaction.atomic():
        with connection.cursor() as curseur:  # composing a paper may leave it idle for a while
            curseur.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        monde = monter(aidant_au_travail())
        monde.grandir(9)
        Releve.objects.reprendre()  # as every four minutes
        voulues = _demandees(request.session.items)
        for cas in voulues:
            _lire(monde, cas)  # content types and the like, read once by process
        avec_dix = {cas: _lire(monde, cas) for cas in voulues}
        multiplier(monde)
        avec_mille = {cas: _lire(monde, cas) for cas in voulues}
        transaction.set_rollback(True)
    return {cas: (avec_dix[cas], avec_mille[cas]) for cas in voulues}


def _demandees(tests: list[pytest.Item]) -> list[str]:
    cas = [test.callspec.params.get("cas") for test in tests if hasattr(test, "callspec")]
    return [nom for nom in cas if isinstance(nom, str) and nom in CAS]  # others have theirs


def _lire(monde: Monde, cas: str) -> list[str]:
    """One reading of a page, by a browser that comes; nothing of it stays."""
    client_de, adresse_de = CAS[cas]
    cache.clear()
    with transaction.atomic():
        adresse, client = adresse_de(monde), client_de(monde)
        _, sqls = mesurer(lambda: client.get(adresse), *EN_ALERTE.get(cas, (200,)))
        transaction.set_rollback(True)
    return sqls


@pytest.mark.parametrize("cas", CAS)
def test_page(lectures: dict[str, tuple[list[str], list[str]]], cas: str) -> None:
    """It writes nothing but the session."""
    dix, mille = lectures[cas]
    assert len(mille) == len(dix), "\n".join(mille)
    assert len(mille) <= PLAFOND, "\n".join(mille)
    ecrits = [sql for sql in dix + mille if sql.startswith(ECRITURES)]
    assert not [sql for sql in ecrits if '"aidants_session"' not in sql]


ACTES: dict[str, tuple[Callable[[Monde], Any], int]] = {
    "mandat_renouvellement": (
        lambda m: m.client_aidant().post(
            reverse("mandat_renouvellement", args=[m.mandat.pk]),
            {"demarches": m.mandat.demarches_ouvertes[0], "duree": 31},
        ),
        302,
    ),
    "verifier un fichier": (
        lambda _: Client().post(reverse("verifier"), {"fichier": BytesIO(b"%PDF AC-2222")}),
        200,
    ),  # fmt: skip
}


@pytest.mark.parametrize(("faire", "statut"), ACTES.values(), ids=ACTES)
def test_act(monde: Monde, faire: Callable[[Monde], Any], statut: int) -> None:
    faire(monde)  # content types and the like, read once by process
    avec_une = mesurer(lambda: faire(monde), statut)[1]
    monde.grandir(9)
    assert len(mesurer(lambda: faire(monde), statut)[1]) == len(avec_une)


ETAPES = {  # each step of the protocol, and the most that it may ask of the database
    "openid_configuration": 0, "oidc_jwks": 0, "oidc_authorize": 5, "oidc_usager": 5,
    "oidc_demarche": 5, "oidc_confirmation": 4, "le oui": 7, "oidc_token": 2,
    "oidc_userinfo": 2, "oidc_logout": PLAFOND, "oidc_annuler": PLAFOND,
}  # fmt: skip
# What an aidant and a FS go through for somebody with one mandat: no page asks which démarche.
UTILISATION = (
    "oidc_authorize", "oidc_usager", "oidc_confirmation", "le oui", "oidc_token", "oidc_userinfo",
)  # fmt: skip


def test_protocol(monde: Monde) -> None:
    _derouler(monde)  # keys and content types, read once by process
    avec_une = _derouler(monde)
    monde.grandir(9)
    avec_dix = _derouler(monde)
    assert avec_dix == avec_une
    assert list(avec_dix) == list(ETAPES)
    assert {nom: n for nom, n in avec_dix.items() if n > ETAPES[nom]} == {}
    assert sum(avec_dix[etape] for etape in UTILISATION) <= 25


def _derouler(monde: Monde) -> dict[str, int]:
    """The number of statements of each step: one use, its logout, another request cancelled."""
    flux = Flux(monde.client_aidant(), monde.fs, monde.fs.poser_secret())
    monde.fs.save()
    comptes: dict[str, int] = {}

    def noter(nom: str, demander: Callable[[], Any], statut: int = 200) -> Any:
        reponse, sqls = mesurer(demander, statut)
        comptes[nom] = len(sqls)
        return reponse

    noter("openid_configuration", lambda: Client().get(reverse("openid_configuration")))
    noter("oidc_jwks", lambda: Client().get(reverse("oidc_jwks")))
    choix = noter("oidc_authorize", flux.demander, 303)["Location"]
    noter("oidc_usager", lambda: flux.client.get(choix))
    noter("oidc_demarche", lambda: flux.client.get(f"{choix}usagers/{monde.mandat.usager_id}/"))
    oui = f"{choix}autorisations/{monde.mandat.autorisations.get(demarche='logement').pk}/"
    noter("oidc_confirmation", lambda: flux.client.get(oui))
    code = retour_de(noter("le oui", lambda: flux.client.post(oui), 303))["code"]
    cles.active()  # read again each half minute, which a slow machine may spend on the way here
    jetons = noter("oidc_token", lambda: flux.echanger(code)).json()
    noter("oidc_userinfo", lambda: flux.identite(jetons["access_token"]))
    sortie = reverse("oidc_logout") + f"?id_token_hint={jetons['id_token']}"
    noter("oidc_logout", lambda: flux.client.get(sortie))
    choix = flux.demander(nonce="un-autre-nonce-de-quarante-trois-caracteres")["Location"]
    noter("oidc_annuler", lambda: flux.client.post(f"{choix}annuler/"), 303)
    return comptes
