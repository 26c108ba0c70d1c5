"""A structure of 200 usagers, one of them with 200 mandats, asks as little as one of ten."""

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from tests.guichet import Guichet
from tests.monde import ouvrir
from tests.test_requetes import PLAFOND, mesurer

PAGES: dict[str, Callable[[Guichet], str]] = {
    "usagers": lambda _: reverse("usagers"),
    "usagers en cours": lambda _: reverse("usagers") + "?filtre=actifs",
    "usagers qui expirent": lambda _: reverse("usagers") + "?filtre=bientot",
    "usagers terminés": lambda _: reverse("usagers") + "?filtre=termines",
    "usagers cherchés": lambda _: reverse("usagers") + "?q=dubois",
    "mandats": lambda _: reverse("mandats"),
    "usager": lambda g: reverse("usager", args=[g.fidele.pk]),
    "espace": lambda _: reverse("espace"),
}


def compter(client: Client, guichet: Guichet) -> dict[str, int]:
    """The statements of each page, read a second time."""
    adresses = {nom: adresse(guichet) for nom, adresse in PAGES.items()}
    for adresse in adresses.values():
        client.get(adresse)  # what is read once by process
    return {nom: len(mesurer(partial(client.get, a))[1]) for nom, a in adresses.items()}


@pytest.mark.django_db
def test_long_lists_ask_as_many_statements_as_short_ones() -> None:
    guichet = Guichet.ouvrir()
    client = ouvrir(guichet.poste.aidant)
    guichet.porter_a(usagers=10, mandats=10)
    avec_dix = compter(client, guichet)
    guichet.porter_a(usagers=200, mandats=200)
    assert compter(client, guichet) == avec_dix
    assert max(avec_dix.values()) <= PLAFOND
    fiche = client.get(reverse("usager", args=[guichet.fidele.pk]))
    assert len(fiche.context["actifs"] + fiche.context["passes"]) == 200
    assert client.get(reverse("usagers")).context["nombre"] == 200
