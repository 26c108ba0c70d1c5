"""A FS that calls while the database is too busy is told to call again; its code is not spent."""

from collections.abc import Iterator

import pytest
from django.db import connection

from journal.models import Entree
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux
from tests.occupation import d_une_table, des_lignes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatient(db: None) -> Iterator[None]:
    with connection.cursor() as curseur:
        curseur.execute("SET lock_timeout = 100")
        yield
        curseur.execute("RESET lock_timeout")


def test_code_waits_for_its_mandat_and_is_exchanged_later(
    flux: Flux, autorisation: Autorisation
) -> None:
    code = flux.code(autorisation)
    with des_lignes(Autorisation.objects.filter(pk=autorisation.pk)):
        reponse = flux.echanger(code)
    assert (reponse.status_code, reponse["Retry-After"]) == (503, "5")
    assert reponse.json()["error"] == "temporarily_unavailable"
    assert flux.echanger(code).status_code == 200


def test_identity_waits_for_its_mandat_and_is_told_later(
    flux: Flux, autorisation: Autorisation
) -> None:
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    with des_lignes(Autorisation.objects.filter(pk=autorisation.pk)):
        reponse = flux.identite(jeton)
    assert (reponse.status_code, reponse.json()["error"]) == (503, "temporarily_unavailable")
    assert not Entree.objects.filter(action="utilisation").exists()
    assert flux.identite(jeton).status_code == 200


@pytest.mark.parametrize("adresse", ["revoke", "introspect", "par"])
def test_other_calls_of_a_server_say_the_same(flux: Flux, adresse: str) -> None:
    corps = flux.parametres() | {"token": "x", "client_secret": flux.secret}
    with d_une_table("fournisseur_identite_fournisseurservice"):
        reponse = flux.poster(f"/oidc/{adresse}", corps)
    assert (reponse.status_code, reponse.json()["error"]) == (503, "temporarily_unavailable")


def test_confirmation_that_waits_in_vain_gives_no_code(
    flux: Flux, autorisation: Autorisation
) -> None:
    with des_lignes(Autorisation.objects.filter(pk=autorisation.pk)):
        reponse = flux.confirmer(autorisation)
    assert reponse.status_code == 503
    assert "Rien n’a été enregistré" in reponse.content.decode()
