"""Several requests at the same instant, each with a connection of its own."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from fournisseur_identite.models import Connexion
from fournisseur_identite.models.connexions import condenser
from journal.models import PLATEFORME, Entree
from mandats.models import Autorisation, Mandat
from tests.factories import MandatFactory
from tests.fournisseur_identite.flux import Flux
from tests.mandats.gestes import ensemble
from tests.serveurs import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
FOIS = 8
RAFALE = 50  # more than the connections of a process: some wait for one
COURSES = 12
PAS = 0.002  # seconds between two delays of a race


def test_one_code_presented_at_once_serves_once_and_its_token_is_dead(
    flux: Flux, autorisation: Autorisation
) -> None:
    code = flux.code(autorisation)
    reponses = ensemble(*[lambda: flux.echanger(code)] * RAFALE)
    assert Counter(r.status_code for r in reponses) == {200: 1, 400: RAFALE - 1}
    refus = {r.json()["error"] for r in reponses if r.status_code == 400}
    assert refus == {"invalid_grant"}
    (jetons,) = (r.json() for r in reponses if r.status_code == 200)
    assert flux.identite(jetons["access_token"]).status_code == 401
    actions = list(Entree.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["jeton_remis"]


def test_one_token_presented_at_once_serves_once(flux: Flux, autorisation: Autorisation) -> None:
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    reponses = ensemble(*[lambda: flux.identite(jeton)] * FOIS)
    assert Counter(r.status_code for r in reponses) == {200: 1, 401: FOIS - 1}
    assert Entree.objects.filter(action="utilisation").count() == 1


def test_one_confirmation_clicked_at_once_gives_one_code(
    flux: Flux, autorisation: Autorisation
) -> None:
    pages = flux.demander()["Location"]
    adresse = f"{pages}autorisations/{autorisation.pk}/"
    reponses = ensemble(*[lambda: flux.client.post(adresse)] * FOIS)
    assert Counter(r.status_code for r in reponses) == {303: 1, 410: FOIS - 1}
    assert Connexion.objects.count() == 1


def test_one_nonce_in_two_tabs_gives_one_code(flux: Flux, autorisation: Autorisation) -> None:
    pages = [flux.demander()["Location"] for _ in range(2)]
    gestes = [partial(flux.client.post, f"{p}autorisations/{autorisation.pk}/") for p in pages]
    lieux = [reponse["Location"] for reponse in ensemble(*gestes)]
    assert sum("code=" in lieu for lieu in lieux) == 1
    assert sum("error=invalid_request" in lieu for lieu in lieux) == 1


def test_one_nonce_for_two_people_gives_one_code(flux: Flux, autorisation: Autorisation) -> None:
    """No lock is common to both: the database holds it."""
    mandat = autorisation.mandat
    for tour in range(COURSES):
        flux.nonce = f"nonce-{tour}"
        voisin = MandatFactory(
            structure=mandat.structure, aidant=mandat.aidant, demarches=["logement"]
        )
        pages = [flux.demander()["Location"] for _ in range(2)]
        choisies = (autorisation, voisin.autorisations.get())
        gestes = [
            partial(flux.client.post, f"{page}autorisations/{choisie.pk}/")
            for page, choisie in zip(pages, choisies, strict=True)
        ]
        lieux = [reponse["Location"] for reponse in ensemble(*gestes)]
        assert sum("code=" in lieu for lieu in lieux) == 1
        assert sum("error=invalid_request" in lieu for lieu in lieux) == 1


# --- A revocation that races with a use ---


def _revoquer(mandat: Mandat, *, attente: float = 0) -> Callable[[], Any]:
    """End the mandat a little later, so that each side wins its races."""

    def geste() -> list[Autorisation]:
        time.sleep(attente)
        return Mandat.objects.get(pk=mandat.pk).revoquer(par=PLATEFORME)

    return geste


def _lignes() -> list[str]:
    """What happened, in the order of the journal's ids."""
    voulues = ("utilisation", "autorisation_revoquee", "jeton_remis")
    lignes = Entree.objects.filter(action__in=voulues, demarche="logement")
    return list(lignes.order_by("id").values_list("action", flat=True))


@pytest.mark.parametrize("course", range(COURSES))
def test_nothing_is_used_after_a_revocation(
    flux: Flux, autorisation: Autorisation, course: int
) -> None:
    """Either the use came first and is journaled before it, or it was refused."""
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    revoquer = _revoquer(autorisation.mandat, attente=course * PAS)
    statut, _ = ensemble(lambda: flux.identite(jeton).status_code, revoquer)
    if statut == 200:
        assert _lignes() == ["jeton_remis", "utilisation", "autorisation_revoquee"]
    else:
        assert statut == 401
        assert _lignes() == ["jeton_remis", "autorisation_revoquee"]


@pytest.mark.parametrize("course", range(COURSES))
def test_no_token_is_given_after_a_revocation(
    flux: Flux, autorisation: Autorisation, course: int
) -> None:
    code = flux.code(autorisation)
    revoquer = _revoquer(autorisation.mandat, attente=course * PAS)
    reponse, _ = ensemble(lambda: flux.echanger(code), revoquer)
    if reponse.status_code == 200:
        assert _lignes() == ["jeton_remis", "autorisation_revoquee"]
        assert flux.identite(reponse.json()["access_token"]).status_code == 401
    else:
        assert reponse.json()["error"] == "invalid_grant"
        assert _lignes() == ["autorisation_revoquee"]


def test_revocation_and_uses_of_many(flux: Flux, autorisation: Autorisation) -> None:
    """Six uses and one revocation at once: no use stands after it in the journal."""
    onglets = [Flux(flux.client, flux.fs, flux.secret) for _ in range(6)]
    jetons = [o.echanger(o.code(autorisation)).json()["access_token"] for o in onglets]
    utiliser = [partial(flux.identite, jeton) for jeton in jetons]
    revoquer = _revoquer(autorisation.mandat, attente=4 * PAS)
    _, *reponses = ensemble(revoquer, *utiliser)
    lignes = _lignes()
    assert lignes[-1] == "autorisation_revoquee"
    assert lignes.count("utilisation") == sum(r.status_code == 200 for r in reponses)


@pytest.mark.parametrize("etape", ["confirmation", "token", "userinfo"])
def test_a_use_waits_for_a_revocation_under_way(
    flux: Flux, autorisation: Autorisation, etape: str
) -> None:
    """Not committed yet, the revocation holds the use back; committed, the use is refused."""
    utiliser = _preparer(flux, autorisation, etape)
    with ThreadPoolExecutor(1) as fil:
        with transaction.atomic():
            autorisation.mandat.revoquer(par=PLATEFORME)
            reponse = fil.submit(ensemble, utiliser)
            with pytest.raises(TimeoutError):
                reponse.result(timeout=0.3)
        assert reponse.result(timeout=PATIENCE)[0].status_code == REFUS[etape]
    assert _lignes()[-1] == "autorisation_revoquee"


REFUS = {"confirmation": 409, "token": 400, "userinfo": 401}


def _preparer(flux: Flux, autorisation: Autorisation, etape: str) -> Callable[[], Any]:
    if etape == "confirmation":
        page = flux.demander()["Location"]
        return partial(flux.client.post, f"{page}autorisations/{autorisation.pk}/")
    code = flux.code(autorisation)
    if etape == "token":
        return partial(flux.echanger, code)
    return partial(flux.identite, flux.echanger(code).json()["access_token"])


def test_a_revocation_waits_for_a_use_under_way(flux: Flux, autorisation: Autorisation) -> None:
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    with ThreadPoolExecutor(1) as fil:
        with transaction.atomic():
            connexion = Connexion.objects.verrouillees().get()
            assert connexion.jeton_sha256 == condenser(jeton)
            revocation = fil.submit(ensemble, _revoquer(autorisation.mandat))
            with pytest.raises(TimeoutError):
                revocation.result(timeout=0.3)
            connexion.remettre_identite()
        assert len(revocation.result(timeout=PATIENCE)[0]) == 2
    assert _lignes() == ["jeton_remis", "utilisation", "autorisation_revoquee"]
