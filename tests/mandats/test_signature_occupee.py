"""A signature that cannot have its turn says so, signs nothing, and keeps what was typed."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connection
from django.test import Client

from aidants.models import Echec
from journal.models import Entree
from mandats import signature
from mandats.models import Mandat, Projet
from mandats.views.signature import OCCUPE
from tests.mandats.gestes import poster_signature
from tests.occupation import des_lignes
from usagers.models import Usager

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient() -> Iterator[None]:
    """The wait of production is five seconds."""
    with connection.cursor() as curseur:
        curseur.execute("SET lock_timeout = 100")
        yield
        curseur.execute("RESET lock_timeout")


@pytest.mark.usefixtures("impatient")
def test_signature_without_its_turn_is_told_and_made_again(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    with des_lignes(Usager.objects.filter(projets=projet)):
        reponse = poster_signature(client_aidant, projet, code, lieu="Saint-Malo")
    form = reponse.context["form"]
    assert (reponse.status_code, form.errors) == (503, {"code": [OCCUPE]})
    assert form["lieu"].value() == "Saint-Malo"
    assert form["autorise"].value() is True
    assert "[[[100, 100], [400, 300]]]" in reponse.content.decode().replace("&quot;", '"')
    assert not Mandat.objects.exists()
    assert not Entree.objects.filter(action="signature").exists()
    # The same code signs: it was not spent.
    assert poster_signature(client_aidant, projet, code).status_code == 302


def test_signature_behind_too_many_others_is_told_and_made_again(
    client_aidant: Client, projet: Projet, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signature, "ATTENTE", 0.1)
    with ExitStack() as autres:
        for _ in range(signature.PLUMES):
            autres.enter_context(signature._plumes)
        reponse = poster_signature(client_aidant, projet, code)
    assert (reponse.status_code, reponse.context["form"].errors) == (503, {"code": [OCCUPE]})
    assert poster_signature(client_aidant, projet, code).status_code == 302


@pytest.mark.usefixtures("impatient")
def test_busy_signature_neither_costs_a_try_nor_forgets_the_wrong_ones(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    poster_signature(client_aidant, projet, "000000")
    manques = Echec.objects.count()
    assert manques
    with des_lignes(Usager.objects.filter(projets=projet)):
        assert poster_signature(client_aidant, projet, code).status_code == 503
    assert Echec.objects.count() == manques
