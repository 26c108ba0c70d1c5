"""An account that exists takes an invitation up: logged in, under the invited address."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, Appartenance
from journal.models import PLATEFORME, Entree
from tests.aidants.premiers_pas import Reponse, adresse, inviter
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, StructureFactory

pytestmark = pytest.mark.django_db
Connecter = Callable[[Aidant], Client]


def rejoindre(client: Client, lien: str) -> Reponse:
    return client.post(f"{lien}rejoindre/", headers={"Referer": f"http://testserver{lien}"})


@pytest.fixture
def lea(db: None) -> Aidant:
    aidant: Aidant = AidantFactory(courriel="lea@example.org", prenom="Léa", nom="Martin")
    AppartenanceFactory(aidant=aidant)
    return aidant


def test_account_is_asked_to_log_in_and_comes_back(client: Client, lea: Aidant) -> None:
    lien = adresse(inviter())
    page = client.get(lien).content.decode()
    assert f"{reverse('connexion')}?next={lien}" in page
    assert 'name="mot_de_passe"' not in page
    assert rejoindre(client, lien)["Location"] == f"{reverse('connexion')}?next={lien}"


def test_password_of_an_account_is_never_chosen_by_a_link(client: Client, lea: Aidant) -> None:
    avant = lea.password
    client.post(adresse(inviter()), {"mot_de_passe": "x" * 20, "confirmation": "x" * 20})
    lea.refresh_from_db()
    assert lea.password == avant


def test_account_joins_by_a_button(connecter: Connecter, lea: Aidant) -> None:
    structure = StructureFactory(nom="Espace de Lorient")
    lien = adresse(inviter(structure, est_responsable=True))
    client = connecter(lea)
    assert "Accepter l’invitation" in client.get(lien).content.decode()
    assert not lea.appartenances.filter(structure=structure).exists()
    avant = client.session.session_key
    reponse = rejoindre(client, lien)
    assert reponse["Location"] == reverse("espace")
    assert client.session.session_key != avant  # a rise of rights has a new key
    assert "Vous avez rejoint Espace de Lorient." in client.get(reverse("espace")).content.decode()
    assert lea.appartenances.ouvertes().get(structure=structure).est_responsable
    assert Entree.objects.filter(action="role_donne").count() == 1


def test_joining_twice_joins_once(connecter: Connecter, lea: Aidant) -> None:
    lien = adresse(inviter())
    client = connecter(lea)
    rejoindre(client, lien)
    seconde = rejoindre(client, lien)
    assert seconde["Location"] == lien
    assert "déjà accepté" in client.get(lien).content.decode()
    assert lea.appartenances.count() == 2


def test_another_account_is_told_so_and_joins_nothing(
    connecter: Connecter, lea: Aidant, aidant: Aidant
) -> None:
    lien = adresse(inviter())
    client = connecter(aidant)
    avant = Appartenance.objects.count()
    assert rejoindre(client, lien)["Location"] == lien
    page = client.get(lien).content.decode()
    assert "Vous êtes connecté avec un autre compte" in page
    assert "Accepter l’invitation" not in page
    assert Appartenance.objects.count() == avant


def test_new_address_warns_who_is_logged_in_as_another(
    connecter: Connecter, aidant: Aidant
) -> None:
    page = connecter(aidant).get(adresse(inviter())).content.decode()
    assert "Ce formulaire ouvre un autre compte" in page


@pytest.mark.parametrize("jeton", ["0" * 40, "x"])
def test_wrong_token_joins_nothing(connecter: Connecter, lea: Aidant, jeton: str) -> None:
    lien = reverse("invitation", args=[inviter().pk, jeton])
    client = connecter(lea)
    assert client.get(rejoindre(client, lien)["Location"]).status_code == 404
    assert lea.appartenances.count() == 1


def test_cancelled_invitation_is_not_joined(connecter: Connecter, lea: Aidant) -> None:
    invitation = inviter()
    lien = adresse(invitation)
    invitation.annuler(par=PLATEFORME)
    rejoindre(connecter(lea), lien)
    assert lea.appartenances.count() == 1


def test_account_joins_the_supervision(connecter: Connecter, lea: Aidant) -> None:
    rejoindre(connecter(lea), adresse(inviter(supervision=True)))
    lea.refresh_from_db()
    assert lea.supervision
    assert Entree.objects.filter(action="supervision_donnee").exists()


def test_second_invitation_to_the_same_address_joins_the_account(client: Client) -> None:
    premiere, seconde = inviter(), inviter()
    aidant = premiere.creer_compte("quatre mots bien distincts")
    assert aidant
    AidantFactory._meta.model.objects.filter(pk=aidant.pk).update(
        conditions_version="2026-11", codes_secours_le=aidant.cree_le
    )
    assert "Vous avez déjà un compte" in client.get(adresse(seconde)).content.decode()
    ouvrir_session(client, Aidant.objects.get(pk=aidant.pk))
    rejoindre(client, adresse(seconde))
    assert aidant.appartenances.count() == 2


def test_inviting_never_tells_whether_the_account_exists(
    lea: Aidant, django_capture_on_commit_callbacks: Callable
) -> None:
    """Neither the mail, nor the journal, nor the invitation differ."""
    structure = StructureFactory()
    with django_capture_on_commit_callbacks(execute=True):
        invitations = [
            inviter(structure, courriel=c) for c in ("lea@example.org", "neuf@example.org")
        ]
    textes = [
        str(m.body).replace(adresse(i), "") for m, i in zip(mail.outbox, invitations, strict=True)
    ]
    assert textes[0] == textes[1]
    lignes = Entree.objects.filter(action="invitation")
    assert len({(e.phrase(), str(e.details)) for e in lignes}) == 1
    etats = {(i.est_en_attente, i.est_utilisable, i.aidant) for i in invitations}
    assert etats == {(True, True, None)}
