"""The public figures: what they count, and how seldom they are counted."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant
from aidants_connect import statistiques
from aidants_connect.models import Releve
from aidants_connect.taches import recompter_statistiques, relever_statistiques
from journal.actions import JETON_REMIS, UTILISATION, Action
from journal.models import Concerne, Entree
from mandats.models import Mandat
from tests.factories import (
    AidantFactory,
    AppartenanceFactory,
    MandatFactory,
    StructureFactory,
)

pytestmark = pytest.mark.django_db


def chiffres() -> dict[str, Any]:
    return statistiques.relever(timezone.now())


def inscrire(mandat: Mandat, action: Action, demarche: str, connexion: str = "") -> None:
    Entree.objects.inscrire(
        action,
        acte=uuid.uuid4(),
        par=mandat.aidant.auteur,
        cadre=mandat.autorisations.get(demarche=demarche).cadre_dans(mandat.structure),
        concerne=Concerne(mandat_ref=str(mandat.pk), connexion_ref=connexion or str(uuid.uuid4())),
        details={"acr": "eidas1"},
    )


# --- What is counted ------------------------------------------------------------------------------


def test_months_are_twelve_and_end_with_the_present_one() -> None:
    mois = statistiques.derniers_mois(datetime(2026, 2, 3, tzinfo=UTC))
    assert (mois[0], mois[-1], len(mois)) == ("2025-03", "2026-02", 12)
    # In Paris the year has begun.
    assert statistiques.derniers_mois(datetime(2025, 12, 31, 23, 30, tzinfo=UTC))[-1] == "2026-01"


@time_machine.travel("2026-11-23T10:00:00Z", tick=False)
def test_mandats_are_counted_by_month_of_signature() -> None:
    MandatFactory(demarches=["logement"])
    MandatFactory(demarches=["logement", "papiers"], duree=31, expire=True)  # 200 days ago: May
    MandatFactory(ancien=True)  # 600 days ago: out of the twelve months
    lus = chiffres()
    assert {m: n for m, n in lus["mandats_par_mois"].items() if n} == {"2026-05": 1, "2026-11": 1}
    assert (lus["totaux"]["mandats"], lus["totaux"]["actifs"]) == (2, 1)
    assert {d: n for d, n in lus["demarches_autorisees"].items() if n} == {
        "papiers": 1,
        "logement": 2,
    }
    assert lus["durees"] == {"1": 0, "31": 1, "182": 1, "365": 0}


def test_revoked_mandat_is_signed_but_not_active() -> None:
    MandatFactory(revoque=True)
    assert chiffres()["totaux"] | {"structures": 0, "aidants": 0} == {
        "mandats": 1, "actifs": 0, "utilisations": 0, "structures": 0, "aidants": 0,
    }  # fmt: skip


def test_use_is_counted_once_with_or_without_its_identity() -> None:
    mandat = MandatFactory()
    connexion = str(uuid.uuid4())
    inscrire(mandat, JETON_REMIS, "logement", connexion)
    inscrire(mandat, UTILISATION, "logement", connexion)
    inscrire(mandat, JETON_REMIS, "social")
    lus = chiffres()
    assert lus["totaux"]["utilisations"] == Entree.objects.utilisations().count() == 2
    assert {d: n for d, n in lus["demarches_faites"].items() if n} == {"social": 1, "logement": 1}
    assert sum(lus["utilisations_par_mois"].values()) == 2


def test_aidant_of_two_structures_counts_once_and_who_cannot_act_does_not(aidant: Aidant) -> None:
    AppartenanceFactory(aidant=aidant)
    AppartenanceFactory(responsable=True)
    AppartenanceFactory(partie=True)
    AppartenanceFactory(aidant=AidantFactory(desactive=True))
    StructureFactory(active=False)
    totaux = chiffres()["totaux"]
    assert totaux["aidants"] == 1
    assert totaux["structures"] == 5


# --- How seldom -----------------------------------------------------------------------------------


def test_figures_are_counted_once_in_five_minutes(client: Client) -> None:
    with patch.object(statistiques, "relever", wraps=statistiques.relever) as compter:
        for _ in range(3):
            client.get(reverse("statistiques"))
        assert compter.call_count == 1
        with time_machine.travel(timezone.now() + Releve.VIE + timedelta(seconds=1)):
            client.get(reverse("statistiques"))
    assert compter.call_count == 2
    assert Releve.objects.count() == 1


def test_new_mandat_shows_when_the_figures_are_taken_again(client: Client) -> None:
    client.get(reverse("statistiques"))
    MandatFactory()
    assert Releve.objects.du_moment().chiffres["totaux"]["mandats"] == 0
    relever_statistiques()
    assert Releve.objects.du_moment().chiffres["totaux"]["mandats"] == 1


def test_month_that_is_over_is_counted_once() -> None:
    """A day after its end; until then, what was begun in it may still be written."""
    with time_machine.travel("2026-10-20T10:00:00Z", tick=False):
        MandatFactory(demarches=["logement"])
    with time_machine.travel("2026-11-01T12:00:00Z", tick=False):
        assert "2026-10" not in Releve.objects.reprendre().chiffres["clos"]
    with time_machine.travel("2026-11-05T12:00:00Z", tick=False):
        assert Releve.objects.reprendre().chiffres["clos"]["2026-10"]["durees"] == {"182": 1}
        MandatFactory(demarches=["logement"])
        with CaptureQueriesContext(connection) as requetes:
            lus = Releve.objects.reprendre().chiffres
        assert (lus["mandats_par_mois"]["2026-10"], lus["totaux"]["mandats"]) == (1, 2)
        assert "2025-12-01" not in str(requetes.captured_queries)


def test_night_counts_the_closed_months_too() -> None:
    with time_machine.travel("2026-10-20T10:00:00Z", tick=False):
        mandat = MandatFactory(demarches=["logement"])
    with time_machine.travel("2026-11-05T12:00:00Z", tick=False):
        Releve.objects.reprendre()
        Mandat.objects.filter(pk=mandat.pk).update(duree=365)  # as another backup would say
        assert Releve.objects.reprendre().chiffres["durees"]["182"] == 1
        recompter_statistiques()
        assert Releve.objects.du_moment().chiffres["durees"] == {
            "1": 0, "31": 0, "182": 0, "365": 1,
        }  # fmt: skip


def test_last_figures_hold_while_another_process_counts() -> None:
    ancien = Releve.objects.reprendre()
    with (
        patch("aidants_connect.models._verrouiller", return_value=False),
        patch.object(statistiques, "relever", side_effect=AssertionError),
        time_machine.travel(timezone.now() + timedelta(hours=1)),
    ):
        assert Releve.objects.du_moment().releve_le == ancien.releve_le


# --- The page -------------------------------------------------------------------------------------


def test_page_shows_each_chart_with_its_table(client: Client) -> None:
    MandatFactory()
    page = client.get(reverse("statistiques")).content.decode()
    assert page.count('<p class="ac-chiffre">') == 5
    assert page.count("<table>") == 5
    assert page.count('<svg class="ac-barres"') == 3  # nothing was used yet: no empty drawing
    assert page.count("Rien à compter pour le moment.") == 2
    assert "relevés le" in page


def test_page_names_no_structure_nor_person(client: Client) -> None:
    mandat = MandatFactory()
    page = client.get(reverse("statistiques")).content.decode()
    for nom in (mandat.structure.nom, mandat.aidant.nom, mandat.usager.nom, mandat.reference):
        assert nom not in page


@pytest.mark.parametrize(
    ("nombre", "mots"), [(0, "structure"), (1, "structure"), (2, "structures")]
)
def test_one_is_singular(client: Client, nombre: int, mots: str) -> None:
    StructureFactory.create_batch(nombre)
    reponse = client.get(reverse("statistiques"))
    assert reponse.context["totaux"][-1] == (str(nombre), mots)
