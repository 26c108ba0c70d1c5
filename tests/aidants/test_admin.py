"""The admin: a second factor, each to their own structures, and a journal that is only read."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant, Structure
from journal.actions import CONSULTATION_USAGER
from journal.actions_comptes import CHANGEMENT_STRUCTURE, CONNEXION
from journal.models import Entree
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    AppartenanceFactory,
    MandatFactory,
    StructureFactory,
    UsagerFactory,
)

pytestmark = pytest.mark.django_db

LISTES = {modele: f"admin:{modele}_changelist" for modele in (
    "aidants_aidant", "aidants_structure", "journal_entree",
)}  # fmt: skip


@pytest.fixture
def structure() -> Structure:
    return StructureFactory(nom="Maison de Rennes")


@pytest.fixture
def responsable(structure: Structure) -> Aidant:
    return AppartenanceFactory(structure=structure, responsable=True).aidant


@pytest.fixture
def supervision() -> Aidant:
    return AidantFactory(supervision=True)


def client_de(compte: Aidant) -> Client:
    client = Client()
    ouvrir_session(client, compte)
    return client


def vus(client: Client, modele: str, **filtres: str) -> set[Any]:
    """The objects that a list of the admin shows."""
    reponse = client.get(reverse(LISTES[modele]), filtres)
    assert reponse.status_code == 200
    return set(reponse.context["cl"].queryset)


def inscrire(structure: Structure) -> Entree:
    cle = Entree.objects.inscrire(
        CHANGEMENT_STRUCTURE, acte=uuid4(), par=AidantFactory().auteur, cadre=structure.cadre
    )
    return Entree.objects.get(pk=cle)


# --- Who comes in ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["admin:index", *LISTES.values()])
def test_password_alone_opens_nothing(client: Client, supervision: Aidant, page: str) -> None:
    client.force_login(supervision)
    reponse = client.get(reverse(page))
    assert reponse.status_code == 302
    assert reponse["Location"].startswith(reverse("connexion"))


def test_aidant_does_not_come_in(aidant: Aidant) -> None:
    reponse = client_de(aidant).get(reverse("admin:index"), follow=True)
    assert reponse.status_code == 403


def test_responsable_who_left_does_not_come_in() -> None:
    partie = AppartenanceFactory(responsable=True, partie=True).aidant
    assert client_de(partie).get(reverse("admin:index"), follow=True).status_code == 403


def test_deactivated_supervision_does_not_come_in() -> None:
    client = client_de(AidantFactory(supervision=True, desactive=True))
    assert client.get(reverse("admin:index"))["Location"].startswith(reverse("connexion"))


def test_logout_of_the_admin_closes_the_session_and_is_journaled(supervision: Aidant) -> None:
    client = client_de(supervision)
    client.post(reverse("admin:logout"))
    assert SESSION_KEY not in client.session
    assert Entree.objects.get().action == "deconnexion"


# --- Each to their own ----------------------------------------------------------------------------


def test_responsable_sees_the_people_of_their_structures(
    responsable: Aidant, structure: Structure
) -> None:
    collegue = AppartenanceFactory(structure=structure).aidant
    AppartenanceFactory()
    AppartenanceFactory(structure=structure, partie=True)
    assert vus(client_de(responsable), "aidants_aidant") == {responsable, collegue}


def test_search_finds_nobody_of_another_structure(responsable: Aidant) -> None:
    autre = AppartenanceFactory().aidant
    assert vus(client_de(responsable), "aidants_aidant", q=autre.nom) == set()


def test_responsable_sees_their_structures(responsable: Aidant, structure: Structure) -> None:
    StructureFactory()
    AppartenanceFactory(aidant=responsable)  # an aidant there, not its manager
    assert vus(client_de(responsable), "aidants_structure") == {structure}


def test_responsable_sees_the_journal_of_their_structures(
    responsable: Aidant, structure: Structure
) -> None:
    ici = inscrire(structure)
    inscrire(StructureFactory())
    Entree.objects.inscrire(CONNEXION, acte=uuid4(), par=responsable.auteur)
    assert vus(client_de(responsable), "journal_entree") == {ici}


def test_responsable_does_not_see_who_looks_at_their_mandat(
    responsable: Aidant, supervision: Aidant, structure: Structure
) -> None:
    Entree.objects.inscrire(
        CONSULTATION_USAGER,
        acte=uuid4(),
        par=UsagerFactory().auteur,
        cadre=structure.cadre,
        details={"moyen": "code du papier"},
    )
    assert vus(client_de(responsable), "journal_entree") == set()
    assert vus(client_de(supervision), "journal_entree") == {Entree.objects.get()}


def test_supervision_sees_all(supervision: Aidant, structure: Structure) -> None:
    entrees = {inscrire(structure), inscrire(StructureFactory())}
    client = client_de(supervision)
    assert vus(client, "journal_entree") == entrees
    assert vus(client, "aidants_structure") == set(Structure.objects.all())
    assert vus(client, "aidants_aidant") == set(Aidant.objects.all())


@pytest.mark.parametrize("page", ["change", "history"])
def test_responsable_does_not_open_what_is_not_theirs(responsable: Aidant, page: str) -> None:
    autre = AppartenanceFactory()
    objets = {
        "aidants_aidant": autre.aidant,
        "aidants_structure": autre.structure,
        "journal_entree": inscrire(autre.structure),
    }
    client = client_de(responsable)
    for modele, objet in objets.items():
        reponse = client.get(reverse(f"admin:{modele}_{page}", args=[objet.pk]), follow=True)
        assert reponse.status_code == 404
        for nom in (autre.aidant.nom, autre.structure.nom):
            assert nom not in reponse.content.decode()


# --- Nobody writes --------------------------------------------------------------------------------


@pytest.mark.parametrize("modele", LISTES)
def test_nobody_deletes(supervision: Aidant, structure: Structure, modele: str) -> None:
    objets = {"aidants_aidant": supervision, "aidants_structure": structure}
    objet = objets.get(modele) or inscrire(structure)
    avant = Entree.objects.count(), Structure.objects.count(), Aidant.objects.count()
    client = client_de(supervision)
    adresse = reverse(f"admin:{modele}_delete", args=[objet.pk])
    assert client.post(adresse, {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [objet.pk], "post": "yes"}
    client.post(reverse(LISTES[modele]), action)
    assert (Entree.objects.count(), Structure.objects.count(), Aidant.objects.count()) == avant


@pytest.mark.parametrize("page", ["add", "change"])
def test_nobody_writes_in_the_journal(supervision: Aidant, structure: Structure, page: str) -> None:
    entree = inscrire(structure)
    args = [entree.pk] if page == "change" else []
    adresse = reverse(f"admin:journal_entree_{page}", args=args)
    assert client_de(supervision).post(adresse, {"structure_nom": "Autre"}).status_code == 403
    assert Entree.objects.get() == entree


def test_journal_page_has_no_field_to_write_in(supervision: Aidant, structure: Structure) -> None:
    adresse = reverse("admin:journal_entree_change", args=[inscrire(structure).pk])
    page = client_de(supervision).get(adresse).content.decode()
    assert 'name="_save"' not in page
    assert "<textarea" not in page


# --- The usager's name ----------------------------------------------------------------------------


@pytest.mark.parametrize("qui", ["responsable", "supervision"])
def test_usager_is_not_named_in_the_journal(
    responsable: Aidant, supervision: Aidant, structure: Structure, qui: str
) -> None:
    mandat = MandatFactory(structure=structure)
    mandat.revoquer(par=mandat.usager.auteur, motif="demande")
    client = client_de({"responsable": responsable, "supervision": supervision}[qui])
    pages = [reverse(LISTES["journal_entree"])]
    pages += [reverse("admin:journal_entree_change", args=[e.pk]) for e in Entree.objects.all()]
    for page in pages:
        texte = client.get(page).content.decode()
        assert "l’usager" in texte
        assert mandat.usager.nom.casefold() not in texte.casefold()
        assert mandat.usager.prenoms not in texte


def test_journal_is_not_searched_by_a_name(supervision: Aidant, structure: Structure) -> None:
    mandat = MandatFactory(structure=structure)
    mandat.revoquer(par=mandat.usager.auteur)
    for nom in (mandat.usager.nom, mandat.usager.prenoms, "inconnu"):
        assert vus(client_de(supervision), "journal_entree", q=nom) == set()
    for filtre in ("sujet__usager_nom", "sujet__usager_nom__startswith"):
        reponse = client_de(supervision).get(reverse(LISTES["journal_entree"]), {filtre: "A"})
        assert reponse.status_code in (302, 400)


@pytest.mark.parametrize("filtre", ["password__startswith", "connexions__nonce__startswith"])
def test_people_are_not_filtered_by_a_secret(supervision: Aidant, filtre: str) -> None:
    reponse = client_de(supervision).get(reverse(LISTES["aidants_aidant"]), {filtre: "a"})
    assert reponse.status_code in (302, 400)


@pytest.mark.parametrize("filtre", ["is_active__exact", "supervision__exact"])
def test_filters_of_people(supervision: Aidant, filtre: str) -> None:
    AidantFactory(desactive=True)
    filtres = {filtre: "1"}
    assert vus(client_de(supervision), "aidants_aidant", **filtres) == {supervision}


def test_filter_by_date(supervision: Aidant, structure: Structure) -> None:
    ici = inscrire(structure)
    annee = str(timezone.localtime(ici.instant).year)
    assert vus(client_de(supervision), "journal_entree", instant__year=annee) == {ici}


def test_filter_by_action(supervision: Aidant, structure: Structure) -> None:
    ici = inscrire(structure)
    Entree.objects.inscrire(CONNEXION, acte=uuid4(), par=supervision.auteur)
    client = client_de(supervision)
    assert vus(client, "journal_entree", action="changement_structure") == {ici}
