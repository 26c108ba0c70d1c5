"""Structures in the admin: who writes what, through which door, and what closing one stops."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant, Structure
from journal.models import Entree
from mandats.models import Autorisation
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    AppartenanceFactory,
    FournisseurServiceFactory,
    MandatFactory,
    StructureFactory,
)
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db

_PAGES = "admin:aidants_structure"
COORDONNEES = {
    "adresse": "2 rue Neuve", "code_postal": "35000", "commune": "Rennes",
    "telephone": "02 99 11 11 11", "courriel": "accueil@example.org",
}  # fmt: skip


@pytest.fixture
def structure() -> Structure:
    return StructureFactory(nom="Maison de Rennes", demarches=["logement", "social"])


@pytest.fixture
def responsable(structure: Structure) -> Client:
    return client_de(AppartenanceFactory(structure=structure, responsable=True).aidant)


@pytest.fixture
def supervision() -> Client:
    return client_de(AidantFactory(supervision=True))


def client_de(compte: Aidant) -> Client:
    client = Client()
    ouvrir_session(client, compte)
    return client


def page(nom: str, structure: Structure | None = None) -> str:
    return reverse(f"{_PAGES}_{nom}", args=[structure.pk] if structure else [])


def agir(client: Client, acte: str, structure: Structure, **donnees: Any) -> Any:
    saisie = {"acte": str(uuid.uuid4()), "precision": "Déménagement"} | donnees
    return client.post(page(acte, structure), saisie, follow=True)


def actions() -> list[str]:
    return list(Entree.objects.order_by("id").values_list("action", flat=True))


# --- Opening, correcting --------------------------------------------------------------------------


def creer(client: Client, acte: uuid.UUID) -> Any:
    saisie = COORDONNEES | {"nom": "Mairie", "demarches": ["social"], "acte": str(acte)}
    return client.post(page("add"), saisie, follow=True)


def test_supervision_opens_a_structure_once(supervision: Client) -> None:
    acte = uuid.uuid4()
    for _ in range(2):
        assert creer(supervision, acte).status_code == 200
    structure = Structure.objects.get()
    assert (structure.nom, structure.demarches) == ("Mairie", ["social"])
    entree = Entree.objects.get()
    assert (entree.action, entree.structure_ref) == ("structure_creee", str(structure.pk))
    assert entree.acte == acte


def test_structure_keeps_one_demarche_at_least(supervision: Client) -> None:
    saisie = COORDONNEES | {"nom": "Mairie", "acte": str(uuid.uuid4())}
    reponse = supervision.post(page("add"), saisie)
    assert list(reponse.context["adminform"].form.errors) == ["demarches"]
    assert not Structure.objects.exists()


def test_manager_corrects_where_to_reach_it_and_not_its_name(
    responsable: Client, structure: Structure
) -> None:
    responsable.post(page("change", structure), COORDONNEES | {"nom": "Autre", "active": ""})
    structure.refresh_from_db()
    assert structure.telephone == "02 99 11 11 11"
    assert (structure.nom, structure.active) == ("Maison de Rennes", True)
    assert actions() == ["structure_modifiee"]


def test_supervision_corrects_the_name(supervision: Client, structure: Structure) -> None:
    supervision.post(page("change", structure), COORDONNEES | {"nom": "Autre"})
    structure.refresh_from_db()
    assert structure.nom == "Autre"


def test_saving_what_is_already_so_writes_nothing(
    responsable: Client, structure: Structure
) -> None:
    for _ in range(2):
        responsable.post(page("change", structure), COORDONNEES)
    assert actions() == ["structure_modifiee"]


def test_manager_opens_no_structure(responsable: Client) -> None:
    assert responsable.get(page("add")).status_code == 403
    assert creer(responsable, uuid.uuid4()).status_code == 403


# --- A recent code --------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", ["change", "demarches"])
def test_writing_asks_a_recent_code_and_keeps_what_was_typed(
    responsable: Client, structure: Structure, nom: str
) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        reponse = responsable.post(
            page(nom, structure),
            COORDONNEES | {"demarches": ["social"], "precision": "Essai"},
            headers={"referer": f"http://testserver{page(nom, structure)}"},
        )
        assert reponse["Location"].startswith(reverse("reprise"))
        assert responsable.session["saisie_retenue"]["adresse"] == page(nom, structure)
    assert not Entree.objects.exists()


def test_reading_asks_no_recent_code(responsable: Client, structure: Structure) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        for nom in ("change", "fiche", "history"):
            assert responsable.get(page(nom, structure)).status_code == 200


# --- Démarches ------------------------------------------------------------------------------------


def test_manager_takes_a_demarche_away(responsable: Client, structure: Structure) -> None:
    agir(responsable, "demarches", structure, demarches=["social"])
    structure.refresh_from_db()
    assert structure.demarches == ["social"]
    entree = Entree.objects.get()
    assert (entree.action, entree.details) == ("demarches_changees", {"demarches": "social"})
    assert "Déménagement" in entree.phrase()


@pytest.mark.parametrize("demarches", [[], ["social", "justice"]])
def test_manager_neither_takes_all_nor_gives_back(
    responsable: Client, structure: Structure, demarches: list[str]
) -> None:
    reponse = agir(responsable, "demarches", structure, demarches=demarches)
    assert list(reponse.context["form"].errors) == ["demarches"]
    structure.refresh_from_db()
    assert structure.demarches == ["logement", "social"]


def test_supervision_gives_a_demarche(supervision: Client, structure: Structure) -> None:
    agir(supervision, "demarches", structure, demarches=["social", "justice"])
    structure.refresh_from_db()
    assert structure.demarches == ["social", "justice"]


def test_reason_is_asked(responsable: Client, structure: Structure) -> None:
    reponse = agir(responsable, "demarches", structure, demarches=["social"], precision="")
    assert list(reponse.context["form"].errors) == ["precision"]


# --- Closing --------------------------------------------------------------------------------------


def test_supervision_closes_and_opens_again(supervision: Client, structure: Structure) -> None:
    for acte, active in (("desactiver", False), ("desactiver", False), ("reactiver", True)):
        agir(supervision, acte, structure)
        structure.refresh_from_db()
        assert structure.active is active
    assert actions() == ["structure_fermee", "structure_rouverte"]


@pytest.mark.parametrize("acte", ["desactiver", "reactiver"])
def test_manager_closes_nothing(responsable: Client, structure: Structure, acte: str) -> None:
    agir(responsable, acte, structure)
    structure.refresh_from_db()
    assert structure.active
    assert not Entree.objects.exists()


def test_nobody_works_for_a_closed_structure(client_aidant: Client, aidant: Aidant) -> None:
    structure = aidant.structures().get()
    assert client_aidant.get(reverse("espace")).status_code == 200
    structure.fermer(par=AidantFactory(supervision=True).auteur, precision="Essai")
    assert client_aidant.get(reverse("espace")).status_code == 403


@pytest.mark.parametrize("etape", ["usager", "confirmation", "code", "jeton"])
def test_closing_stops_a_use_at_its_next_step(
    client_aidant: Client, aidant: Aidant, etape: str
) -> None:
    structure = aidant.structures().get()
    mandat = MandatFactory(structure=structure, aidant=aidant, demarches=["logement"])
    fs = FournisseurServiceFactory()
    flux = Flux(client_aidant, fs, fs.poser_secret())
    fs.save()
    dernier = avancer(flux, mandat.autorisations.get(), etape)
    structure.fermer(par=AidantFactory(supervision=True).auteur, precision="Essai")
    assert dernier().status_code in (400, 401, 403)
    assert "utilisation" not in actions()


def avancer(flux: Flux, autorisation: Autorisation, etape: str) -> Any:
    """Do the steps before this one; return what does it."""
    if etape in ("usager", "confirmation"):
        choix = flux.demander()["Location"]
        if etape == "usager":
            return lambda: flux.client.get(choix)
        return lambda: flux.client.post(f"{choix}autorisations/{autorisation.pk}/")
    code = flux.code(autorisation)
    if etape == "code":
        return lambda: flux.echanger(code)
    jeton = flux.echanger(code).json()["access_token"]
    return lambda: flux.identite(jeton)


@pytest.mark.parametrize(("etat", "nombre"), [("active", 1), ("fermee", 2), ("", 3)])
def test_list_is_filtered_by_state(supervision: Client, etat: str, nombre: int) -> None:
    for active in (True, False, False):
        StructureFactory(active=active)
    reponse = supervision.get(page("changelist"), {"etat": etat})
    assert reponse.context["cl"].queryset.count() == nombre


# --- The sheet ------------------------------------------------------------------------------------


def test_sheet_draws_each_chart_with_its_table(responsable: Client, structure: Structure) -> None:
    MandatFactory(structure=structure)
    texte = responsable.get(page("fiche", structure)).content.decode()
    assert texte.count('role="img"') == texte.count("<table>") == 2  # no use: two charts are empty
    assert texte.count("<title id=") == texte.count("<desc id=") == 2


@pytest.mark.parametrize("nom", ["fiche", "demarches"])
def test_structure_of_others_is_not_found(responsable: Client, nom: str) -> None:
    assert responsable.get(page(nom, StructureFactory())).status_code == 404
