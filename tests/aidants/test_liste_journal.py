"""The pages of the journal: none repeats a line nor misses one, each is read by an index."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aidants.administration import site
from aidants.models import Aidant, Structure
from journal.actions import IDENTIFICATION, SIGNATURE, Action, Details
from journal.actions_comptes import CHANGEMENT_STRUCTURE
from journal.models import INCONNU, Concerne, Entree
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    AppartenanceFactory,
    StructureFactory,
)
from tests.journal.registre_de_test import executer, role, verser

pytestmark = pytest.mark.django_db

LISTE = reverse("admin:journal_entree_changelist")


@pytest.fixture
def supervision(client: Client) -> Client:
    ouvrir_session(client, AidantFactory(supervision=True))
    return client


@pytest.fixture
def structure() -> Structure:
    return StructureFactory()


@pytest.fixture
def pages_de_trois(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site._registry[Entree], "list_per_page", 3)


def inscrire(structure: Structure, par: Aidant | None = None) -> int:
    par = par or AidantFactory()
    return Entree.objects.inscrire(
        CHANGEMENT_STRUCTURE, acte=uuid4(), par=par.auteur, cadre=structure.cadre
    )


def page(client: Client, adresse: str = "", **filtres: str | int) -> Any:
    reponse = client.get(LISTE + adresse, filtres or None)
    assert reponse.status_code == 200, reponse
    return reponse.context["cl"]


def cles(liste: Any) -> list[int]:
    return [entree.pk for entree in liste.result_list]


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pages_de_trois")
def test_pages_neither_repeat_nor_miss_a_line_written_meanwhile(
    supervision: Client, structure: Structure
) -> None:
    anciennes = [inscrire(structure) for _ in range(8)][::-1]
    liste = page(supervision, structure=str(structure.pk))
    lues = cles(liste)
    while liste.plus_anciennes:
        inscrire(structure)
        liste = page(supervision, liste.plus_anciennes)
        lues += cles(liste)
    assert lues == anciennes
    toutes = set(lues[-2:])
    while liste.plus_recentes:
        liste = page(supervision, liste.plus_recentes)
        assert not toutes & set(cles(liste))
        toutes |= set(cles(liste))
    assert toutes == set(
        Entree.objects.de_structures([str(structure.pk)]).values_list("pk", flat=True)
    )


@pytest.mark.usefixtures("pages_de_trois")
@pytest.mark.parametrize(("nombre", "suivantes"), [(2, False), (3, False), (4, True)])
def test_first_page_says_whether_there_is_another(
    supervision: Client, structure: Structure, nombre: int, suivantes: bool
) -> None:
    for _ in range(nombre):
        inscrire(structure)
    liste = page(supervision, structure=str(structure.pk))
    assert (liste.plus_recentes, bool(liste.plus_anciennes)) == ("", suivantes)


@pytest.mark.usefixtures("pages_de_trois")
def test_last_page_goes_back_only(supervision: Client, structure: Structure) -> None:
    lignes = [inscrire(structure) for _ in range(5)]
    liste = page(supervision, page(supervision, structure=str(structure.pk)).plus_anciennes)
    assert cles(liste) == lignes[1::-1]
    assert liste.plus_anciennes == ""
    retour = page(supervision, liste.plus_recentes)
    assert (cles(retour), retour.plus_recentes) == (lignes[:1:-1], "")


@pytest.mark.usefixtures("pages_de_trois")
def test_another_filter_begins_at_its_first_page(supervision: Client, structure: Structure) -> None:
    for _ in range(4):
        inscrire(structure)
    suite = page(supervision, page(supervision, structure=str(structure.pk)).plus_anciennes)
    choix = [c["query_string"] for spec in suite.filter_specs for c in spec.choices(suite)]
    assert choix
    assert not any("avant" in adresse for adresse in [*choix, suite.get_query_string()])


@pytest.mark.parametrize("adresse", ["?avant=x", "?apres=-1", "?avant=9223372036854775808"])
def test_page_of_no_id_is_refused(supervision: Client, adresse: str) -> None:
    assert supervision.get(LISTE + adresse).status_code == 302


def test_a_page_counts_nothing_and_skips_nothing(supervision: Client, structure: Structure) -> None:
    inscrire(structure)
    with CaptureQueriesContext(connection) as capture:
        page(supervision, avant=str(2**62), action="changement_structure")
    sqls = [r["sql"].upper() for r in capture if "JOURNAL_ENTREE" in r["sql"].upper()]
    assert sqls
    assert not any("COUNT(" in sql or "OFFSET" in sql for sql in sqls)


# --- Periods --------------------------------------------------------------------------------------


def test_periods_go_from_year_to_day(supervision: Client, structure: Structure) -> None:
    cle = inscrire(structure)
    jour = timezone.localdate()
    an: dict[str, Any] = {"instant__year": jour.year}
    mois = an | {"instant__month": jour.month}
    for filtres in (an, mois, mois | {"instant__day": jour.day}):
        liste = page(supervision, **filtres)
        assert cle in cles(liste)
        assert liste.periodes.retour
    titres = [choix["title"] for choix in page(supervision, **an).periodes.choix]
    assert len(titres) <= 12
    assert "link" not in page(supervision, **mois, instant__day=jour.day).periodes.choix[0]


def test_period_leaves_out_what_is_around(supervision: Client, structure: Structure) -> None:
    inscrire(structure)
    hier = timezone.localdate() - timedelta(days=1)
    filtres: dict[str, Any] = {
        "instant__year": hier.year,
        "instant__month": hier.month,
        "instant__day": hier.day,
    }
    liste = page(supervision, structure=str(structure.pk), **filtres)
    assert (cles(liste), liste.has_active_filters) == ([], True)


def test_period_is_exact_to_the_microsecond(structure: Structure) -> None:
    entrees = [Entree.objects.get(pk=inscrire(structure)) for _ in range(3)]
    debut, milieu, fin = (entree.instant for entree in entrees)
    assert set(Entree.objects.entre(debut, fin)) == set(entrees[:2])
    assert set(Entree.objects.entre(milieu, milieu + timedelta(microseconds=1))) == {entrees[1]}
    loin = fin + timedelta(days=400)
    assert not Entree.objects.entre(loin, loin + timedelta(days=1)).exists()


@pytest.mark.parametrize(
    "adresse",
    ["?instant__month=5", "?instant__year=2026&instant__day=1", "?instant__year=0"]
    + ["?instant__year=2026&instant__month=13", "?instant__year=99999", "?instant__gte=2026-01-01"],
)
def test_no_such_period_is_refused(supervision: Client, adresse: str) -> None:
    assert supervision.get(LISTE + adresse).status_code in (302, 400)


# --- Persons and mandats --------------------------------------------------------------------------


def test_filter_by_an_account(supervision: Client, structure: Structure) -> None:
    karim = AidantFactory()
    sien = inscrire(structure, karim)
    inscrire(structure)
    assert cles(page(supervision, aidant=str(karim.pk))) == [sien]
    fiche = supervision.get(reverse("admin:aidants_aidant_change", args=[karim.pk]))
    assert f'href="{LISTE}?aidant={karim.pk}"' in fiche.content.decode()


def test_manager_filters_by_the_accounts_of_their_structures(structure: Structure) -> None:
    responsable = AppartenanceFactory(structure=structure, responsable=True).aidant
    parti = AppartenanceFactory(structure=structure, partie=True).aidant
    etranger = AppartenanceFactory().aidant
    sien, _ = inscrire(structure, parti), inscrire(structure, etranger)
    client = Client()
    ouvrir_session(client, responsable)
    assert cles(page(client, aidant=str(parti.pk))) == [sien]
    for autre in (str(etranger.pk), "pas-un-uuid"):
        liste = page(client, aidant=autre)
        assert (cles(liste), list(liste.queryset)) == ([], [])


def signer(mandat: UUID, reference: str) -> int:
    details: Details = {
        "nombre": 1, "duree": "court", "mode": "ecrite", "reference": reference,
        "empreinte_pdf": "0" * 64, "niveau_sceau": "",
    }  # fmt: skip
    return _sur(SIGNATURE, mandat, details)


def _sur(action: Action, mandat: UUID, details: Details) -> int:
    concerne = Concerne(mandat_ref=str(mandat))
    return Entree.objects.inscrire(
        action, acte=uuid4(), par=INCONNU, concerne=concerne, details=details
    )


def test_supervision_finds_the_lines_of_a_mandat_by_its_reference(supervision: Client) -> None:
    mandat = uuid4()
    siennes = {signer(mandat, "AC-7KQ2-M9XD"), _sur(IDENTIFICATION, mandat, {"but": "mandat"})}
    signer(uuid4(), "AC-7KQ2-M9XE")
    for saisie in ("AC-7KQ2-M9XD", " ac-7kq2-m9xd "):
        assert set(cles(page(supervision, q=saisie))) == siennes
    assert cles(page(supervision, q="AC-0000-0000")) == []


# --- Plans ----------------------------------------------------------------------------------------


@pytest.fixture
def beaucoup() -> None:
    with role(""):
        verser(3_000, random.Random(1))  # noqa: S311 - repeatable
        executer("ANALYZE journal_entree, journal_sujet")


def plan(lignes: Any) -> str:
    return str(lignes[:51].explain())


@pytest.mark.usefixtures("beaucoup")
def test_each_filter_is_served_by_an_index(structure: Structure) -> None:
    karim = AidantFactory()
    inscrire(structure, karim)
    signer(uuid4(), "AC-7KQ2-M9XD")
    maintenant = timezone.now()
    lignes = Entree.objects.order_by("-pk").select_related("sujet")
    refs = [str(structure.pk)]
    attendus = {
        "journal_par_structure": lignes.de_structures(refs),
        "journal_par_action": lignes.filter(action="changement_structure"),
        "journal_par_demarche": lignes.filter(demarche="loisirs"),
        "sujet_par_auteur": lignes.de_personnes([str(karim.pk)]),
        "sujet_par_mandat": lignes.de_la_reference("AC-7KQ2-M9XD"),
        "journal_entree_pkey": lignes.entre(maintenant - timedelta(days=1), maintenant),
    }
    for index, demandees in attendus.items():
        lu = plan(demandees)
        assert index in lu, lu
        assert "Seq Scan on journal_entree" not in lu, lu
        assert "Seq Scan on journal_entree" not in plan(demandees.filter(pk__lt=2_000)), index
