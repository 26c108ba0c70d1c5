"""A signature that cannot have its turn says so, signs nothing, and keeps what was typed."""

import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from journal.models import Entree
from mandats.models import Mandat, Projet
from mandats.views.signature import OCCUPE
from tests.mandats.gestes import poster_signature
from usagers.models import Usager

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient() -> Iterator[None]:
    """The wait of production is five seconds."""
    with connection.cursor() as curseur:
        curseur.execute("SET lock_timeout = 100")
        yield
        curseur.execute("RESET lock_timeout")


class Occupant(threading.Thread):
    """Holds the usager's row, as another signature for the same person does."""

    def __init__(self, usager_id: UUID | None) -> None:
        super().__init__()
        self.usager_id = usager_id
        self.tenu, self.fini = threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            with transaction.atomic():
                Usager.objects.select_for_update(no_key=True).get(pk=str(self.usager_id))
                self.tenu.set()
                self.fini.wait(timeout=60)
        finally:
            connection.close()

    def __enter__(self) -> None:
        self.start()
        assert self.tenu.wait(timeout=10)

    def __exit__(self, *_: object) -> None:
        self.fini.set()
        self.join()


@pytest.mark.usefixtures("impatient")
def test_signature_without_its_turn_is_told_and_made_again(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    with Occupant(projet.usager_id):
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
