"""A fragment drawn once by process: the same for all, and for nobody else."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, override_settings
from django.urls import reverse

from aidants.models import Aidant
from aidants_connect.templatetags import communs
from tests.factories import AppartenanceFactory
from tests.monde import ouvrir

pytestmark = pytest.mark.django_db
GABARIT = '{% load communs %}{% commun "fragments/pied.html" %}'


def _page(client: Client, vue: str) -> str:
    return client.get(reverse(vue)).content.decode()


def test_it_is_what_an_inclusion_draws() -> None:
    contexte = Context({"marque_etat": True, "telephone_support": "01 02 03 04 05"})
    incluse = Template('{% include "fragments/pied.html" %}').render(contexte)
    assert Template(GABARIT).render(contexte) == incluse
    assert "01 02 03 04 05" in incluse


def test_a_setting_that_changes_is_seen(client: Client) -> None:
    avant = _page(client, "accueil")
    with override_settings(TELEPHONE_SUPPORT="09 99 99 99 99"):
        assert "09 99 99 99 99" in _page(client, "accueil")
    assert "09 99 99 99 99" not in avant


def test_the_menu_marks_the_page_that_one_reads(client_aidant: Client) -> None:
    for vue in ("usagers", "mandats", "usagers"):
        marques = [
            morceau
            for morceau in _page(client_aidant, vue).split("<a ")
            if "aria-current" in morceau
        ]
        assert f'href="{reverse(vue)}"' in marques[0]


def test_the_menu_of_one_role_is_not_shown_to_another(
    client_aidant: Client, aidant: Aidant
) -> None:
    structure = aidant.structures().get()
    responsable = AppartenanceFactory(
        structure=structure, est_aidant=True, est_responsable=True
    ).aidant
    administration = f'href="{reverse("admin:index")}"'
    assert administration in _page(ouvrir(responsable), "usagers")
    assert administration not in _page(client_aidant, "usagers")
    assert reverse("usagers") not in _page(Client(), "accueil")


class _VideParUnAutre(dict[Any, Any]):
    """Another thread empties it once this one has found its key."""

    def __contains__(self, cle: object) -> bool:
        trouvee = super().__contains__(cle)
        self.clear()
        return trouvee


def test_emptied_by_another_thread_it_is_drawn_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    avant = _page(client, "accueil")
    monkeypatch.setattr(communs, "_dessines", _VideParUnAutre(communs._dessines))
    assert _page(client, "accueil").count("<footer") == avant.count("<footer") == 1
