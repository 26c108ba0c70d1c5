"""Cards in the admin: each manager theirs, and three acts on a person's page."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from aidants import connexion, facteurs
from aidants.admin.actes_cartes import SERIE_REFUSEE, TROP_DE_SERIES
from aidants.models import AppareilTotp, CarteTotp
from journal.models import PLATEFORME, Entree
from tests.aidants.personnes import Maison, client_de, faire, maison, page
from tests.codes import code_de
from tests.factories import AidantFactory, AppartenanceFactory, CarteTotpFactory

pytestmark = pytest.mark.django_db
LISTE = "cartetotp_changelist"
ACTES = ("associer-carte", "valider-carte", "dissocier-carte")


@pytest.fixture
def ici() -> Maison:
    return maison()


@pytest.fixture
def client(ici: Maison) -> Client:
    """The manager's browser."""
    return client_de(ici.responsable)


@pytest.fixture
def carte() -> CarteTotp:
    return CarteTotpFactory(serie="AC-1")


def prete_a(aidant: Any) -> CarteTotp:
    carte = CarteTotpFactory()
    assert carte.associer(aidant=aidant, par=PLATEFORME)
    carte.refresh_from_db()
    return carte


def lues(client: Client, **filtres: str) -> set[Any]:
    reponse = client.get(page(LISTE), filtres)
    assert reponse.status_code == 200
    return set(reponse.context["cl"].queryset)


# --- What is seen ---------------------------------------------------------------------------------


def test_manager_sees_the_cards_of_their_people_alone(
    ici: Maison, client: Client, carte: CarteTotp
) -> None:
    notre, autre = prete_a(ici.aidant), prete_a(ici.voisin)
    assert lues(client) == {notre}
    assert lues(client, q=autre.serie) == set()
    assert lues(client, etat="en_stock") == set()
    assert lues(client_de(ici.supervision)) == {notre, autre, carte}


@pytest.mark.parametrize("vue", ["change", "history"])
def test_card_of_others_is_not_found(
    ici: Maison, client: Client, carte: CarteTotp, vue: str
) -> None:
    for inconnue in (prete_a(ici.voisin), carte):
        assert client.get(page(f"cartetotp_{vue}", inconnue.pk)).status_code == 404
    assert client.get(page(f"cartetotp_{vue}", prete_a(ici.aidant).pk)).status_code == 200


def test_card_of_someone_who_left_is_no_longer_seen(ici: Maison, client: Client) -> None:
    carte = prete_a(ici.aidant)
    AppartenanceFactory(aidant=ici.aidant, structure=ici.voisine)
    ici.aidant.appartenances.get(structure=ici.structure).finir(par=PLATEFORME)
    assert lues(client) == set()
    assert lues(client_de(ici.voisin)) == {carte}


def test_other_structures_of_the_person_are_not_named(ici: Maison, client: Client) -> None:
    AppartenanceFactory(aidant=ici.aidant, structure=ici.voisine)
    carte = prete_a(ici.aidant)
    for adresse in (page(LISTE), page("cartetotp_change", carte.pk)):
        texte = client.get(adresse).content.decode()
        assert ici.structure.nom in texte
        assert ici.voisine.nom not in texte


def test_filter_by_state_and_search_by_number(ici: Maison, carte: CarteTotp) -> None:
    client, pretee = client_de(ici.supervision), prete_a(ici.aidant)
    assert lues(client, etat="en_stock") == {carte}
    assert lues(client, etat="associee") == {pretee}
    assert lues(client, q="ac-1") == {carte}


@pytest.mark.parametrize("filtre", ["aidant__password__startswith", "cle_chiffree", "aidant__nom"])
def test_no_other_filter_is_taken_from_the_address(ici: Maison, filtre: str) -> None:
    reponse = client_de(ici.supervision).get(page(LISTE), {filtre: "a"})
    assert reponse.status_code in (302, 400)


def test_page_shows_no_seed(ici: Maison, client: Client) -> None:
    carte = prete_a(ici.aidant)
    for adresse in (page(LISTE), page("cartetotp_change", carte.pk)):
        texte = client.get(adresse).content.decode()
        assert carte.cle.hex() not in texte
        assert "chiffre" not in texte


def test_history_says_what_happened_to_the_card(ici: Maison, client: Client) -> None:
    faire(client, ici.aidant, "associer-carte", serie=CarteTotpFactory(serie="AC-9").serie)
    carte = CarteTotp.objects.get(serie="AC-9")
    assert (
        "a associé la carte AC-9"
        in client.get(page("cartetotp_history", carte.pk)).content.decode()
    )


# --- Acts -----------------------------------------------------------------------------------------


def test_card_is_lent_validated_and_taken_back(
    ici: Maison, client: Client, carte: CarteTotp
) -> None:
    faire(client, ici.aidant, "associer-carte", serie=" ac-1 ")
    faire(client, ici.aidant, "valider-carte", code=code_de(carte, pas=3))
    appareil = AppareilTotp.objects.get(carte=carte)
    assert (appareil.user, appareil.confirmed, appareil.decalage) == (ici.aidant, True, 3)
    faire(client, ici.aidant, "dissocier-carte", motif="perte")
    carte.refresh_from_db()
    assert carte.etat == "hors_service"
    entrees = Entree.objects.filter(action__startswith="carte_").order_by("id")
    assert [e.action for e in entrees] == ["carte_associee", "carte_validee", "carte_dissociee"]
    assert {e.structure_nom for e in entrees} == {ici.structure.nom}


@pytest.mark.parametrize("serie", ["INCONNUE", "ailleurs", "hors-service"])
def test_unknown_and_taken_cards_get_the_same_answer(
    ici: Maison, client: Client, serie: str
) -> None:
    CarteTotpFactory(serie="AILLEURS").associer(aidant=ici.voisin, par=PLATEFORME)
    CarteTotpFactory(serie="HORS-SERVICE", etat="hors_service")
    texte = faire(client, ici.aidant, "associer-carte", serie=serie).content.decode()
    assert SERIE_REFUSEE in texte
    assert f'value="{serie}"' in texte  # nothing typed is lost


def test_serial_numbers_of_the_stock_are_not_found_by_trying(
    ici: Maison, client: Client, carte: CarteTotp
) -> None:
    for rang in range(10):
        faire(client, ici.aidant, "associer-carte", serie=f"AC-{rang + 100}")
    assert (
        TROP_DE_SERIES in faire(client, ici.aidant, "associer-carte", serie="AC-1").content.decode()
    )
    carte.refresh_from_db()
    assert carte.aidant is None
    demain = timezone.now() + timedelta(days=1)
    with time_machine.travel(demain, tick=False):
        faire(client_de(ici.responsable), ici.aidant, "associer-carte", serie="AC-1")
    carte.refresh_from_db()
    assert carte.aidant == ici.aidant


def test_wrong_code_is_said_at_its_field_and_counts(
    ici: Maison, client: Client, carte: CarteTotp
) -> None:
    carte.associer(aidant=ici.aidant, par=PLATEFORME)
    reponse = faire(client, ici.aidant, "valider-carte", code="000 000")
    assert "La carte n’est pas reconnue" in reponse.content.decode()
    assert AppareilTotp.objects.get(carte=carte).throttling_failure_count == 1
    assert not facteurs.verifier(ici.aidant, code_de(carte))


def test_each_act_is_offered_when_it_is_possible(
    ici: Maison, client: Client, carte: CarteTotp
) -> None:
    def offerts() -> list[str]:
        texte = client.get(page("aidant_change", ici.aidant.pk)).content.decode()
        return [acte for acte in ACTES if f"/{acte}/" in texte]

    assert offerts() == ["associer-carte"]
    carte.associer(aidant=ici.aidant, par=PLATEFORME)
    assert offerts() == ["valider-carte", "dissocier-carte"]
    carte.valider(code_de(carte), par=PLATEFORME)
    assert offerts() == ["dissocier-carte"]


def test_closed_account_gets_no_card(ici: Maison, client: Client, carte: CarteTotp) -> None:
    parti = AppartenanceFactory(aidant=AidantFactory(desactive=True), structure=ici.structure)
    faire(client, parti.aidant, "associer-carte", serie="AC-1")
    carte.refresh_from_db()
    assert carte.aidant is None


@pytest.mark.parametrize("acte", ACTES)
def test_aidant_of_another_structure_is_not_found(
    ici: Maison, client: Client, carte: CarteTotp, acte: str
) -> None:
    champs = {"serie": "AC-1", "code": "123456", "motif": "perte"}
    assert faire(client, ici.voisin, acte, **champs).status_code == 404
    nom = f"aidant_{acte.replace('-', '_')}"
    assert client.get(page(nom, ici.voisin.pk)).status_code == 404
    assert not Entree.objects.filter(action__startswith="carte_").exists()


@pytest.mark.parametrize("acte", ACTES)
def test_recent_code_is_asked(ici: Maison, client: Client, acte: str) -> None:
    if acte != "associer-carte":
        prete_a(ici.aidant)
    session = client.session
    session[connexion.TOTP_LE] -= 6 * 60
    session.save()
    assert "/connexion/reprise/" in faire(client, ici.aidant, acte, motif="perte")["Location"]


def test_manager_acts_upon_no_card_of_the_supervision(
    ici: Maison, client: Client, carte: CarteTotp
) -> None:
    AppartenanceFactory(aidant=ici.supervision, structure=ici.structure)
    faire(client, ici.supervision, "associer-carte", serie="AC-1")
    carte.refresh_from_db()
    assert carte.aidant is None


def test_nobody_takes_their_own_card_away(ici: Maison, client: Client) -> None:
    carte = prete_a(ici.responsable)
    faire(client, ici.responsable, "dissocier-carte", motif="perte")
    carte.refresh_from_db()
    assert carte.aidant == ici.responsable


def test_same_form_twice_is_one_act(ici: Maison, client: Client, carte: CarteTotp) -> None:
    acte = str(uuid4())
    for _ in range(2):
        faire(client, ici.aidant, "associer-carte", serie="AC-1", acte=acte)
    assert Entree.objects.filter(action="carte_associee").count() == 1
