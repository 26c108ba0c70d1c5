"""Invitations in the admin: one person, what waits, sent again, cancelled; each to their own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from aidants import connexion
from aidants.models import Courrier, Invitation
from journal.models import Entree
from tests.aidants.personnes import Maison, client_de, faire, maison, page
from tests.factories import AidantFactory, AppartenanceFactory, StructureFactory

pytestmark = pytest.mark.django_db
LISTE = "invitation_changelist"


@pytest.fixture
def ici() -> Maison:
    return maison()


@pytest.fixture
def client(ici: Maison) -> Client:
    return client_de(ici.responsable)


def inviter(client: Client, ou: Any, **champs: str) -> Any:
    donnees = {
        "acte": str(uuid4()), "courriel": "Lea@Example.org", "prenom": "Léa", "nom": "Roux",
        "profession": "Secrétaire", "ou": str(getattr(ou, "pk", ou)), "role": "aidant",
    }  # fmt: skip
    return client.post(page("invitation_add"), donnees | champs)


def invitation(maison_: Maison, **champs: Any) -> Invitation:
    personne = {"courriel": "lea@example.org", "prenom": "Léa", "nom": "Roux"}
    par = maison_.responsable.auteur
    return Invitation.objects.inviter(
        par=par, **({"structure": maison_.structure} | personne | champs)
    )


# --- To invite ------------------------------------------------------------------------------------


def test_one_person_is_invited(
    ici: Maison, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert inviter(client, ici.structure)["Location"] == page(LISTE)
    neuve = Invitation.objects.get()
    assert (neuve.courriel, neuve.structure) == ("lea@example.org", ici.structure)
    assert neuve.roles == {"aidant": True, "responsable": False}
    assert Entree.objects.get().structure_ref == str(ici.structure.pk)
    assert mail.outbox[0].to == ["lea@example.org"]
    assert neuve.jeton in str(mail.outbox[0].body)
    assert "Léa ROUX reçoit une invitation" in client.get(page(LISTE)).content.decode()


def test_sent_twice_is_one_invitation(ici: Maison, client: Client) -> None:
    acte = str(uuid4())
    for _ in range(2):
        assert inviter(client, ici.structure, acte=acte).status_code == 302
    assert Entree.objects.count() == Courrier.objects.count() == 1
    assert Invitation.objects.get().version == 1


def test_invited_again_gets_a_new_link_and_the_new_role(ici: Maison, client: Client) -> None:
    for role in ("aidant", "aidant", "responsable"):
        inviter(client, ici.structure, role=role)
    seule = Invitation.objects.get()
    assert (seule.version, seule.est_aidant, seule.est_responsable) == (3, False, True)
    actions = Entree.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["invitation", "invitation_renvoyee", "invitation"]


def test_only_structure_is_chosen_already(ici: Maison, client: Client) -> None:
    texte = client.get(page("invitation_add")).content.decode()
    assert f'<option value="{ici.structure.pk}" selected>' in texte
    assert ici.voisine.nom not in texte


@pytest.mark.parametrize("ou", ["voisine", "supervision", "", "fermee"])
def test_responsable_invites_into_their_open_structures_alone(
    ici: Maison, client: Client, ou: str
) -> None:
    fermee = StructureFactory(active=False)
    AppartenanceFactory(aidant=ici.responsable, structure=fermee, responsable=True)
    lieux = {"voisine": ici.voisine.pk, "fermee": fermee.pk}
    assert inviter(client, lieux.get(ou, ou)).status_code == 200
    assert not Invitation.objects.exists()


def test_supervision_invites_anywhere_and_into_itself(ici: Maison) -> None:
    client = client_de(ici.supervision)
    assert inviter(client, ici.voisine).status_code == 302
    assert inviter(client, "supervision").status_code == 302
    assert {i.structure for i in Invitation.objects.all()} == {ici.voisine, None}


@pytest.mark.parametrize(
    "champs",
    [
        {"courriel": "lea"}, {"courriel": ""}, {"prenom": " "}, {"nom": ""}, {"role": "chef"},
        {"nom": "Roux\n\n[Cliquez] https://mauvais.example"}, {"prenom": "L\x00a"}, {"acte": ""},
    ],
)  # fmt: skip
def test_wrong_fields_are_refused_and_kept(
    ici: Maison, client: Client, champs: dict[str, str]
) -> None:
    reponse = inviter(client, ici.structure, **champs)
    assert reponse.status_code == 200
    assert "Secrétaire" in reponse.content.decode()
    assert not Invitation.objects.exists()


def test_who_is_here_already_is_not_invited(ici: Maison, client: Client) -> None:
    reponse = inviter(client, ici.structure, courriel=ici.aidant.courriel.upper())
    assert "déjà dans la structure" in reponse.content.decode()


def test_account_elsewhere_is_not_told(ici: Maison, client: Client) -> None:
    """An address of another structure, of the supervision or of nobody: the same answer."""
    AidantFactory(courriel="fermee@example.org", desactive=True)
    pages = set()
    for courriel in (ici.voisin.courriel, ici.supervision.courriel, "fermee@example.org", "x@x.fr"):
        reponse = inviter(client, ici.structure, courriel=courriel)
        assert reponse["Location"] == page(LISTE)
        texte = client.get(page(LISTE)).content.decode()
        pages.add(texte.split('class="success"')[1].split("</li>")[0])
        Invitation.objects.all().delete()
    assert len(pages) == 1


def test_invitation_asks_a_recent_code(ici: Maison, client: Client) -> None:
    session = client.session
    session[connexion.TOTP_LE] = timezone.now().timestamp() - 301
    session.save()
    assert inviter(client, ici.structure)["Location"].startswith("/connexion/reprise/")
    assert not Invitation.objects.exists()


# --- What was sent --------------------------------------------------------------------------------


def lues(client: Client, **filtres: str) -> set[Any]:
    reponse = client.get(page(LISTE), filtres)
    assert reponse.status_code == 200
    return set(reponse.context["cl"].queryset)


def test_list_shows_what_waits_unless_asked_otherwise(ici: Maison, client: Client) -> None:
    hier = timezone.now() - timedelta(days=1)
    attente, expiree, prise, annulee = (
        invitation(ici, courriel=f"i{n}@example.org") for n in range(4)
    )
    Invitation.objects.filter(pk=expiree.pk).update(expire_le=hier)
    Invitation.objects.filter(pk=prise.pk).update(acceptee_le=hier)
    Invitation.objects.filter(pk=annulee.pk).update(annulee_le=hier)
    assert lues(client) == lues(client, etat="attente") == {attente}
    assert lues(client, etat="expirees") == {expiree}
    assert lues(client, etat="acceptees") == {prise}
    assert lues(client, etat="annulees") == {annulee}
    assert lues(client, etat="toutes") == {attente, expiree, prise, annulee}


def test_empty_list_says_what_to_do(client: Client) -> None:
    assert "Aucune invitation ici" in client.get(page(LISTE)).content.decode()


def test_invitations_of_another_structure_do_not_exist(ici: Maison, client: Client) -> None:
    ailleurs = invitation(ici, structure=ici.voisine)
    nationale = invitation(ici, structure=None)
    assert lues(client, etat="toutes", q="roux") == set()
    assert lues(client, structure=str(ici.voisine.pk)) == set()
    for objet in (ailleurs, nationale):
        for nom in ("change", "history"):
            assert client.get(page(f"invitation_{nom}", objet.pk)).status_code == 404
        for acte in ("renvoyer", "annuler"):
            assert faire(client, objet, acte).status_code == 404
    assert lues(client_de(ici.supervision)) == {ailleurs, nationale}


def test_invitation_is_sent_again(ici: Maison, client: Client) -> None:
    ancienne = invitation(ici)
    Invitation.objects.update(expire_le=timezone.now() - timedelta(days=1))
    faire(client, ancienne, "renvoyer")
    neuve = Invitation.objects.get()
    assert neuve.est_utilisable
    assert not neuve.est_ouvert_par(ancienne.jeton)
    assert Courrier.objects.count() == 2


def test_invitation_is_cancelled(ici: Maison, client: Client) -> None:
    faire(client, invitation(ici), "annuler")
    annulee = Invitation.objects.get()
    assert not annulee.est_utilisable
    assert [e.action for e in Entree.objects.all()] == ["invitation_annulee", "invitation"]
    faire(client, annulee, "renvoyer")
    assert Courrier.objects.count() == 1


@pytest.mark.parametrize("etat", ["acceptee_le", "annulee_le"])
def test_what_is_over_offers_no_act(ici: Maison, client: Client, etat: str) -> None:
    finie = invitation(ici)
    Invitation.objects.update(**{etat: timezone.now()})
    texte = client.get(page("invitation_change", finie.pk)).content.decode()
    assert page("invitation_renvoyer", finie.pk) not in texte
    assert page("invitation_annuler", finie.pk) not in texte


def test_aidant_does_not_invite(ici: Maison) -> None:
    assert inviter(client_de(ici.aidant), ici.structure).status_code == 302
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("champ", ["prenom", "nom", "profession"])
@pytest.mark.parametrize(
    "valeur", ["Gagnez sur https://piege.example", "voir www.piege", "piege.example/x", "a@b"]
)
def test_name_sends_nobody_to_another_site(
    ici: Maison, client: Client, champ: str, valeur: str
) -> None:
    page_ = inviter(client, ici.structure, **{champ: valeur}).content.decode()
    assert "N’écrivez pas d’adresse ici." in page_
    assert not Courrier.objects.exists()


@pytest.mark.parametrize("nom", ["D’Été-Lévêque", "Jean M. Dupont", "St. Pierre", "J.-P. Roux"])
def test_usual_names_are_taken(ici: Maison, client: Client, nom: str) -> None:
    assert inviter(client, ici.structure, nom=nom)["Location"] == page(LISTE)


def test_invitation_is_not_sent_again_and_again(ici: Maison, client: Client) -> None:
    partie = invitation(ici)
    for _ in range(5):
        faire(client, partie, "renvoyer")
    texte = faire(client, partie, "renvoyer").content.decode()
    assert "déjà partie plusieurs fois" in texte
    assert Courrier.objects.filter(invitation=partie).count() == 6  # the first, and five more
