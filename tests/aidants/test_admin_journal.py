"""The journal in the admin: its filters, its search by people of one's own, its export."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.admin import export_journal, journal
from aidants.models import Aidant, Structure
from journal.actions import CONSULTATION_USAGER
from journal.actions_comptes import CHANGEMENT_STRUCTURE, DEMARCHES_CHANGEES
from journal.examen import examiner
from journal.models import Concerne, Entree
from journal.preuve import cles_publiees
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, StructureFactory, UsagerFactory
from tests.journal.registre_de_test import sceller

pytestmark = pytest.mark.django_db

LISTE = reverse("admin:journal_entree_changelist")
EXPORT = reverse("admin:journal_entree_export")


@pytest.fixture
def structure() -> Structure:
    return StructureFactory(nom="Maison de Rennes")


@pytest.fixture
def responsable(structure: Structure) -> Aidant:
    return AppartenanceFactory(structure=structure, responsable=True).aidant


@pytest.fixture
def client_responsable(responsable: Aidant) -> Client:
    client = Client()
    ouvrir_session(client, responsable)
    return client


def inscrire(structure: Structure, par: Aidant | None = None) -> Entree:
    par = par or AppartenanceFactory(structure=structure).aidant
    cle = Entree.objects.inscrire(
        CHANGEMENT_STRUCTURE, acte=uuid4(), par=par.auteur, cadre=structure.cadre
    )
    return Entree.objects.get(pk=cle)


def vus(client: Client, **filtres: str) -> set[Any]:
    return set(client.get(LISTE, filtres).context["cl"].queryset)


def exporter(client: Client, **filtres: str) -> list[dict[str, str]]:
    reponse = client.post(f"{EXPORT}?{'&'.join(f'{n}={v}' for n, v in filtres.items())}")
    assert reponse["Content-Type"].startswith("text/csv")
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


# --- Search and filters ---------------------------------------------------------------------------


def test_search_finds_what_a_person_of_the_structure_did(
    client_responsable: Client, structure: Structure
) -> None:
    karim = AppartenanceFactory(structure=structure, partie=True, aidant__nom="Karimov").aidant
    sien = inscrire(structure, karim)
    inscrire(structure)
    assert vus(client_responsable, q="karimov") == {sien}
    assert vus(client_responsable, q="camille karimov") == {sien}
    assert vus(client_responsable, q="personne") == set()


def test_search_of_a_name_borne_by_too_many_says_so(
    client_responsable: Client, structure: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "HOMONYMES", 2)
    for nombre, attendu in ((2, 0), (3, 1)):
        while structure.appartenances.filter(aidant__nom="Zola").count() < nombre:
            AppartenanceFactory(structure=structure, aidant__nom="Zola")
        page = client_responsable.get(LISTE, {"q": "zola"}).content.decode()
        assert page.count("Plus de 2\u00a0personnes portent ce nom") == attendu


def test_search_does_not_tell_who_works_elsewhere(
    client_responsable: Client, structure: Structure
) -> None:
    """Somebody of elsewhere acted here: their line is read, and not found by their name."""
    autre = AppartenanceFactory(aidant__nom="Ornithorynque").aidant
    entree = inscrire(structure, autre)
    assert vus(client_responsable) == {entree}
    assert vus(client_responsable, q="Ornithorynque") == set()


def test_supervision_searches_by_structure(client: Client, structure: Structure) -> None:
    ouvrir_session(client, AidantFactory(supervision=True))
    ici = inscrire(structure)
    inscrire(StructureFactory(nom="Mairie"))
    assert vus(client, q="rennes") == {ici}
    assert vus(client, structure=str(structure.pk)) == {ici}


def test_filter_by_structure_among_those_managed(
    client_responsable: Client, responsable: Aidant, structure: Structure
) -> None:
    autre = AppartenanceFactory(aidant=responsable, responsable=True).structure
    ici, la, ailleurs = (inscrire(s) for s in (structure, autre, StructureFactory()))
    assert vus(client_responsable) == {ici, la}
    assert vus(client_responsable, structure=str(autre.pk)) == {la}
    assert vus(client_responsable, structure=ailleurs.structure_ref) == set()


# --- Export ---------------------------------------------------------------------------------------


def test_export_is_the_filtered_list(client_responsable: Client, structure: Structure) -> None:
    karim = AppartenanceFactory(structure=structure, aidant__nom="Karimov").aidant
    sien = inscrire(structure, karim)
    inscrire(structure)
    inscrire(StructureFactory())
    lignes = exporter(client_responsable, q="karimov")
    assert [ligne["Acte"] for ligne in lignes] == [str(sien.acte)]
    assert lignes[0]["Ce qui s’est passé"] == "Camille KARIMOV travaille maintenant pour " + (
        "Maison de Rennes."
    )


def test_export_is_journaled_before_it_leaves(
    client_responsable: Client, structure: Structure
) -> None:
    inscrire(structure)
    reponse = client_responsable.post(EXPORT)  # nothing is read of it
    entree = Entree.objects.latest("id")
    assert (entree.action, entree.details) == ("journal_exporte", {"lignes": 1})
    assert entree.structure_ref == str(structure.pk)
    reponse.close()


def test_export_of_several_structures_is_journaled_in_each_with_its_own_lines(
    client_responsable: Client, responsable: Aidant, structure: Structure
) -> None:
    autre = AppartenanceFactory(aidant=responsable, responsable=True).structure
    for lieu in (structure, autre, autre):
        inscrire(lieu)
    assert len(exporter(client_responsable)) == 3
    ecrites = Entree.objects.filter(action="journal_exporte")
    assert {e.structure_ref: e.details["lignes"] for e in ecrites} == {
        str(structure.pk): 1,
        str(autre.pk): 2,
    }
    exporter(client_responsable, structure=str(autre.pk))
    assert ecrites.filter(structure_ref=str(structure.pk)).count() == 1
    assert ecrites.filter(structure_ref=str(autre.pk)).count() == 2


def test_export_leaves_out_who_consulted_and_who_they_are(
    client_responsable: Client, structure: Structure
) -> None:
    usager = UsagerFactory(nom="Tamanoir")
    Entree.objects.inscrire(
        CONSULTATION_USAGER, acte=uuid4(), par=usager.auteur, cadre=structure.cadre,
        details={"moyen": "code du papier"},
    )  # fmt: skip
    assert exporter(client_responsable) == []


def test_formula_is_neutralised(client_responsable: Client, structure: Structure) -> None:
    Entree.objects.inscrire(
        DEMARCHES_CHANGEES, acte=uuid4(), par=AidantFactory(prenom="=1+1").auteur,
        cadre=structure.cadre, concerne=Concerne(precision="=2"), details={"demarches": "social"},
    )  # fmt: skip
    (ligne,) = exporter(client_responsable)
    assert not ligne["Ce qui s’est passé"].startswith("=")


def test_export_stops_at_its_maximum(
    client_responsable: Client, structure: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_journal, "MAXIMUM", 3)
    monkeypatch.setattr(export_journal, "PREMIER_LOT", 1)
    monkeypatch.setattr(export_journal, "LOT", 2)
    entrees = [inscrire(structure) for _ in range(5)]
    assert "Un fichier s’arrête à 3 lignes" in client_responsable.get(EXPORT).content.decode()
    actes = [ligne["Acte"] for ligne in exporter(client_responsable)]
    assert actes == [str(entree.acte) for entree in reversed(entrees[2:])]


@pytest.mark.parametrize("methode", ["get", "post"])
def test_export_asks_a_recent_code(client_responsable: Client, methode: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        reponse = getattr(client_responsable, methode)(EXPORT)
    assert reponse["Location"].startswith(reverse("reprise"))
    assert not Entree.objects.exists()


def test_reading_the_page_of_export_writes_nothing(client_responsable: Client) -> None:
    assert client_responsable.get(EXPORT).status_code == 200
    assert not Entree.objects.exists()


def test_wrong_filter_exports_nothing(client_responsable: Client) -> None:
    assert client_responsable.post(f"{EXPORT}?instant__year=zzz")["Location"] == LISTE
    assert not Entree.objects.exists()


# --- Proofs ---------------------------------------------------------------------------------------


def preuve(client: Client, entree: Entree) -> Any:
    return client.get(reverse("admin:journal_entree_preuve", args=[entree.pk]))


def test_manager_takes_the_proof_of_a_line_which_names_nobody(
    client_responsable: Client, structure: Structure
) -> None:
    entree = inscrire(structure)
    sceller()
    lue = examiner(preuve(client_responsable, entree).content, cles_publiees())
    assert (lue.entree["id"], lue.sujet) == (entree.pk, {})
    page = client_responsable.get(reverse("admin:journal_entree_change", args=[entree.pk]))
    adresse = reverse("admin:journal_entree_preuve", args=[entree.pk])
    assert f'href="{adresse}"' in page.content.decode()


def test_proof_of_another_structure_is_not_found(client_responsable: Client) -> None:
    ailleurs = inscrire(StructureFactory())
    sceller()
    assert preuve(client_responsable, ailleurs).status_code == 404


def test_export_takes_the_proofs_along(client_responsable: Client, structure: Structure) -> None:
    scellees = {inscrire(structure).acte for _ in range(3)}
    sceller()
    recente = inscrire(structure)  # its proof is not ready
    reponse = client_responsable.post(EXPORT, {"preuves": "oui"})
    with zipfile.ZipFile(io.BytesIO(reponse.content)) as archive:
        noms = archive.namelist()
        preuves = [archive.read(nom) for nom in noms if nom.startswith("preuves/")]
        lignes = archive.read("journal.csv").decode("utf-8-sig")
    assert {"LISEZ-MOI.txt", "journal.csv", "verifier_preuve.py"} < set(noms)
    cles = cles_publiees()
    assert {examiner(octets, cles).entree["acte"] for octets in preuves} == set(map(str, scellees))
    assert str(recente.acte) in lignes


def test_line_has_no_empty_row_and_no_history_of_its_own(
    client_responsable: Client, structure: Structure
) -> None:
    entree = inscrire(structure)
    adresse = reverse("admin:journal_entree_change", args=[entree.pk])
    texte = client_responsable.get(adresse).content.decode()
    assert "field-recit" in texte
    for absent in ("field-fs_nom", "field-titre_demarche", "Historique"):
        assert absent not in texte
    assert f"{entree.libelle}, le " in texte
