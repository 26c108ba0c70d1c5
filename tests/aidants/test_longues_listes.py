"""Long lists: counted up to a bound, their dates taken from two ends."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aidants.admin.calendrier import Calendrier
from aidants.longues_listes import PaginateurBorne
from aidants.models import Aidant
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, MandatFactory


class DeuxAuPlus(PaginateurBorne):
    borne = 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nombre", "compte", "deborde"), [(0, 0, False), (2, 2, False), (3, 2, True)]
)
def test_list_is_counted_up_to_its_bound(nombre: int, compte: int, deborde: bool) -> None:
    AidantFactory.create_batch(nombre, nom="Compté")
    paginateur = DeuxAuPlus(Aidant.objects.filter(nom="Compté").order_by("pk"), 1)
    assert (paginateur.count, paginateur.deborde) == (compte, deborde)
    assert paginateur.num_pages == max(1, compte)


@pytest.mark.django_db
def test_list_says_that_it_goes_on(
    client_aidant: Client, aidant: Aidant, monkeypatch: pytest.MonkeyPatch
) -> None:
    MandatFactory.create_batch(3, structure=aidant.structures().get())
    monkeypatch.setattr(PaginateurBorne, "borne", 2)
    for liste in ("usagers", "mandats"):
        page = client_aidant.get(reverse(liste)).content.decode()
        assert "Plus de 2 " in page
        assert "La liste s’arrête ici" in page


@pytest.mark.django_db
def test_admin_list_says_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    MandatFactory.create_batch(3)
    monkeypatch.setattr("aidants.longues_listes.PaginateurAdmin.borne", 2)
    client = Client()
    ouvrir_session(client, AidantFactory(supervision=True))
    page = client.get(reverse("admin:mandats_mandat_changelist")).content.decode()
    assert "s’arrête à 2 lignes" in page


# --- Dates ----------------------------------------------------------------------------------------

DEBUT, FIN = datetime(2024, 11, 28, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC)


def calendrier(**demande: str) -> Calendrier:
    params = {f"instant__{nom}": valeur for nom, valeur in demande.items()}
    modele: Any = SimpleNamespace(_default_manager=SimpleNamespace(order_by=lambda: None))
    liste: Any = SimpleNamespace(date_hierarchy="instant", params=params, model=modele)
    pret = Calendrier(liste)
    pret.__dict__["bornes"] = {"first": DEBUT, "last": FIN}
    return pret


def test_years_go_from_the_first_to_the_last() -> None:
    annees = calendrier().datetimes("instant", "year")
    assert annees == [date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("annee", "mois"), [("2024", [11, 12]), ("2025", [*range(1, 13)]), ("2026", [1, 2])]
)
def test_months_stay_within_the_two_ends(annee: str, mois: list[int]) -> None:
    assert [m.month for m in calendrier(year=annee).datetimes("instant", "month")] == mois


@pytest.mark.parametrize(
    ("annee", "mois", "jours"),
    [("2024", "11", [28, 29, 30]), ("2025", "2", [*range(1, 29)]), ("2026", "2", [1, 2, 3])],
)
def test_days_stay_within_the_two_ends(annee: str, mois: str, jours: list[int]) -> None:
    trouves = calendrier(year=annee, month=mois).datetimes("instant", "day")
    assert [jour.day for jour in trouves] == jours


def test_no_row_has_no_date() -> None:
    vide = calendrier()
    vide.__dict__["bornes"] = {"first": None, "last": None}
    assert vide.datetimes("instant", "year") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "demande",
    ["", "?signe_le__year=2026", "?signe_le__year=x", "?signe_le__year=2026&signe_le__month=13"],
)
def test_links_by_date_bear_any_address(demande: str) -> None:
    MandatFactory()
    client = Client()
    ouvrir_session(client, AidantFactory(supervision=True))
    reponse = client.get(reverse("admin:mandats_mandat_changelist") + demande)
    assert reponse.status_code in (200, 302)
