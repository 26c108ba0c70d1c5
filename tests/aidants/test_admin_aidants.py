"""The people of a structure, in the admin of their manager and in the supervision's."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from aidants import connexion
from aidants.models import Aidant, AppareilTotp, Appartenance, Courrier
from journal.models import Entree
from tests.aidants.personnes import Maison, client_de, faire, maison, page
from tests.factories import AidantFactory, AppareilTotpFactory, AppartenanceFactory

pytestmark = pytest.mark.django_db
LISTE = "aidant_changelist"


@pytest.fixture
def ici() -> Maison:
    return maison()


@pytest.fixture
def client(ici: Maison) -> Client:
    """The manager's browser."""
    return client_de(ici.responsable)


def lus(client: Client, **filtres: str) -> set[Any]:
    reponse = client.get(page(LISTE), filtres)
    assert reponse.status_code == 200
    return set(reponse.context["cl"].queryset)


# --- The list -------------------------------------------------------------------------------------


def test_list_shows_the_role_here_alone(ici: Maison, client: Client) -> None:
    AppartenanceFactory(aidant=ici.aidant, structure=ici.voisine, responsable=True)
    for adresse in (page(LISTE), page("aidant_change", ici.aidant.pk)):
        texte = client.get(adresse).content.decode()
        assert ici.aidant.courriel in texte
        assert ici.voisine.nom not in texte
    assert ici.aidant not in lus(client, role="responsable")
    assert ici.aidant in lus(client_de(ici.supervision), role="responsable")


@pytest.mark.parametrize("moyen", ["aucun", "application", "carte", "cle"])
def test_filter_by_factor(ici: Maison, client: Client, moyen: str) -> None:
    AppareilTotp.objects.exclude(user__in=[ici.aidant, ici.responsable]).delete()
    attendus = {"aucun": {ici.autre_responsable}, "application": {ici.aidant, ici.responsable}}
    assert lus(client, moyen=moyen) == attendus.get(moyen, set())


def test_filter_by_a_structure_that_is_not_managed_shows_nobody(
    ici: Maison, client: Client
) -> None:
    assert lus(client, structure=str(ici.voisine.pk)) == set()
    assert lus(client, structure=str(ici.structure.pk)) == lus(client)


def test_search_by_name_and_by_address(ici: Maison, client: Client) -> None:
    assert lus(client, q=ici.aidant.nom) == {ici.aidant}
    assert lus(client, q=ici.aidant.courriel) == {ici.aidant}
    assert lus(client, q=ici.voisin.courriel) == set()


def test_reason_of_a_change_is_asked_of_who_may_change(ici: Maison, client: Client) -> None:
    fiche = page("aidant_change", ici.aidant.pk)
    assert "field-precision" not in client.get(fiche).content.decode()
    assert "field-precision" in client_de(ici.supervision).get(fiche).content.decode()


def test_empty_list_says_what_to_do(client: Client) -> None:
    texte = client.get(page(LISTE), {"q": "personne"}).content.decode()
    assert "Personne ne correspond" in texte
    assert page("invitation_add") in texte


def test_page_shows_factors_and_last_logins(ici: Maison, client: Client) -> None:
    AppareilTotpFactory(user=ici.aidant, name="Tablette")
    texte = client.get(page("aidant_change", ici.aidant.pk)).content.decode()
    assert "Tablette" in texte
    assert "Aucune connexion." in texte


# --- Who one is -----------------------------------------------------------------------------------


def test_responsable_reads_the_identity_and_does_not_write_it(ici: Maison, client: Client) -> None:
    adresse = page("aidant_change", ici.aidant.pk)
    assert 'name="courriel"' not in client.get(adresse).content.decode()
    assert client.post(adresse, {"prenom": "Autre"}).status_code == 403


def _identite(aidant: Aidant, **champs: str) -> dict[str, str]:
    noms = ("prenom", "nom", "courriel", "profession")
    precision = {"precision": "Nom de mariage"}
    return {nom: getattr(aidant, nom) for nom in noms} | precision | champs


def test_supervision_corrects_the_identity(ici: Maison) -> None:
    client = client_de(ici.supervision)
    ouverte = client_de(ici.aidant)
    nouvelle = _identite(ici.aidant, nom="Le Goff", courriel="Nouvelle@Example.org")
    reponse = client.post(page("aidant_change", ici.aidant.pk), nouvelle)
    assert reponse.status_code == 302
    avant = ici.aidant.courriel
    ici.aidant.refresh_from_db()
    assert (ici.aidant.nom, ici.aidant.courriel) == ("Le Goff", "nouvelle@example.org")
    assert Entree.objects.get().action == "compte_modifie"
    assert "Nom de mariage" in Entree.objects.select_related("sujet").get().phrase()
    assert set(Courrier.objects.values_list("adresse", flat=True)) == {avant, ici.aidant.courriel}
    assert ouverte.get("/espace/").status_code == 302


def test_identity_of_two_lines_or_of_another_account_is_refused(ici: Maison) -> None:
    client = client_de(ici.supervision)
    for champs in ({"nom": "Le\nGoff"}, {"courriel": ici.voisin.courriel}, {"prenom": ""},
                   {"nom": "Seul", "precision": ""}):  # fmt: skip
        adresse = page("aidant_change", ici.aidant.pk)
        assert client.post(adresse, _identite(ici.aidant, **champs)).status_code == 200
    assert not Entree.objects.exists()


def test_identity_asks_a_recent_code(ici: Maison) -> None:
    client = client_de(ici.supervision)
    session = client.session
    session[connexion.TOTP_LE] = timezone.now().timestamp() - 301
    session.save()
    reponse = client.post(page("aidant_change", ici.aidant.pk), _identite(ici.aidant, nom="X"))
    assert reponse["Location"].startswith("/connexion/reprise/")
    assert not Entree.objects.exists()


# --- Acts -----------------------------------------------------------------------------------------


def test_deactivation_closes_the_session_and_tells_the_person(ici: Maison, client: Client) -> None:
    ouverte = client_de(ici.aidant)
    reponse = faire(client, ici.aidant, "desactiver", motif="depart")
    assert reponse["Location"] == page("aidant_change", ici.aidant.pk)
    ici.aidant.refresh_from_db()
    assert (ici.aidant.is_active, ici.aidant.desactive_motif) == (False, "depart")
    entree = Entree.objects.get()
    assert entree.structure_ref == str(ici.structure.pk)
    assert entree.sujet.precision == "Une bonne raison"
    assert Courrier.objects.get().adresse == ici.aidant.courriel
    assert ouverte.get("/espace/")["Location"].startswith("/connexion/")


@pytest.mark.parametrize("champs", [{"motif": ""}, {"precision": ""}, {"motif": "inactivite"}])
def test_deactivation_asks_a_reason(ici: Maison, client: Client, champs: dict[str, str]) -> None:
    reponse = faire(client, ici.aidant, "desactiver", **({"motif": "depart"} | champs))
    assert reponse.status_code == 200
    ici.aidant.refresh_from_db()
    assert ici.aidant.is_active


@pytest.mark.parametrize("acte", ["changer-role", "retirer", "desactiver", "reinitialiser"])
def test_act_sent_twice_is_one_act(ici: Maison, client: Client, acte: str) -> None:
    champs = {"role": "les_deux", "motif": "depart", "verifiee": "on", "acte": str(uuid4()),
              "appartenance": ici.aidant.appartenances.get().pk}  # fmt: skip
    faire(client, ici.aidant, acte, **champs)
    lignes = Entree.objects.count(), Courrier.objects.count()
    suite = client.get(faire(client, ici.aidant, acte, **champs)["Location"])
    assert "C’était déjà fait" in suite.content.decode()
    assert (Entree.objects.count(), Courrier.objects.count()) == lignes


def test_act_asks_a_recent_code_and_keeps_what_was_typed(ici: Maison, client: Client) -> None:
    session = client.session
    session[connexion.TOTP_LE] = timezone.now().timestamp() - 301
    session.save()
    reponse = faire(client, ici.aidant, "desactiver", motif="depart")
    assert reponse["Location"].startswith("/connexion/reprise/")
    assert ["precision", "Une bonne raison"] in client.session["saisie_retenue"]["champs"]
    ici.aidant.refresh_from_db()
    assert ici.aidant.is_active


def test_person_of_another_structure_too_is_only_withdrawn(ici: Maison, client: Client) -> None:
    AppartenanceFactory(aidant=ici.aidant, structure=ici.voisine)
    texte = client.get(page("aidant_change", ici.aidant.pk)).content.decode()
    assert page("aidant_desactiver", ici.aidant.pk) not in texte
    faire(client, ici.aidant, "desactiver", motif="depart")
    role = ici.aidant.appartenances.get(structure=ici.structure)
    reponse = faire(client, ici.aidant, "retirer", appartenance=role.pk)
    assert reponse["Location"] == page(LISTE)  # the page is no longer theirs to see
    ici.aidant.refresh_from_db()
    assert ici.aidant.is_active
    assert [a.structure for a in ici.aidant.appartenances.ouvertes()] == [ici.voisine]


def test_role_of_another_structure_cannot_be_posted(ici: Maison, client: Client) -> None:
    ailleurs = AppartenanceFactory(aidant=ici.aidant, structure=ici.voisine)
    for acte in ("retirer", "changer-role"):
        reponse = faire(client, ici.aidant, acte, appartenance=ailleurs.pk, role="responsable")
        assert reponse.status_code == 200
        assert ici.voisine.nom not in reponse.content.decode()
    assert not Entree.objects.exists()


def test_co_responsable_is_named(ici: Maison, client: Client) -> None:
    role = ici.aidant.appartenances.get()
    faire(client, ici.aidant, "changer-role", appartenance=role.pk, role="les_deux")
    assert Appartenance.objects.responsables().filter(aidant=ici.aidant).exists()
    assert client_de(ici.aidant).get(page(LISTE)).status_code == 200


def test_last_responsable_stays_and_is_told_why(ici: Maison, client: Client) -> None:
    role = ici.responsable.appartenances.get()
    faire(client, ici.autre_responsable, "retirer",
          appartenance=ici.autre_responsable.appartenances.get().pk)  # fmt: skip
    for acte in ("retirer", "changer-role"):
        reponse = faire(client, ici.responsable, acte, appartenance=role.pk, role="aidant")
        assert "n’aurait plus de responsable" in reponse.content.decode()
    faire(client_de(ici.supervision), ici.responsable, "retirer", appartenance=role.pk)
    role.refresh_from_db()
    assert role.fin is not None


def test_responsable_who_withdraws_leaves_the_admin(ici: Maison, client: Client) -> None:
    role = ici.responsable.appartenances.get()
    faire(client, ici.responsable, "changer-role", appartenance=role.pk, role="aidant")
    assert client.get(page(LISTE))["Location"].startswith("/administration/login/")


def test_factors_are_reset_once_the_person_is_known(ici: Maison, client: Client) -> None:
    assert faire(client, ici.aidant, "reinitialiser").status_code == 200
    assert AppareilTotp.objects.filter(user=ici.aidant).exists()
    faire(client, ici.aidant, "reinitialiser", verifiee="on")
    assert not AppareilTotp.objects.filter(user=ici.aidant).exists()
    assert Courrier.objects.get().adresse == ici.aidant.courriel


@pytest.mark.parametrize("acte", ["desactiver", "reinitialiser"])
def test_nobody_acts_upon_themself(ici: Maison, client: Client, acte: str) -> None:
    faire(client, ici.responsable, acte, motif="depart", verifiee="on")
    faire(client_de(ici.supervision), ici.supervision, acte, motif="depart", verifiee="on")
    assert not Entree.objects.exists()


@pytest.mark.parametrize("acte", ["desactiver", "reinitialiser", "changer-role", "retirer"])
def test_responsable_never_acts_upon_the_supervision(
    ici: Maison, client: Client, acte: str
) -> None:
    national = AidantFactory(supervision=True)
    role = AppartenanceFactory(aidant=national, structure=ici.structure)
    champs = {"motif": "depart", "verifiee": "on", "appartenance": role.pk, "role": "responsable"}
    assert page(f"aidant_{acte.replace('-', '_')}", national.pk) not in (
        client.get(page("aidant_change", national.pk)).content.decode()
    )
    faire(client, national, acte, **champs)
    assert not Entree.objects.exists()


@pytest.mark.parametrize(
    ("motif", "rouvre"), [("depart", True), ("inactivite", True), ("soupcon", False)]
)
def test_who_reopens_depends_on_why_it_was_closed(
    ici: Maison, client: Client, motif: str, rouvre: bool
) -> None:
    Aidant.objects.filter(pk=ici.aidant.pk).update(
        is_active=False, desactive_le=timezone.now(), desactive_motif=motif
    )
    faire(client, ici.aidant, "reactiver")
    ici.aidant.refresh_from_db()
    assert ici.aidant.is_active is rouvre
    faire(client_de(ici.supervision), ici.aidant, "reactiver")
    ici.aidant.refresh_from_db()
    assert ici.aidant.is_active
