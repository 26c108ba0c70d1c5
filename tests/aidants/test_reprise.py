"""After 30 minutes a code is asked, after 12 hours a login; what was typed comes back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.forms.connexion import REFUS_CODE
from aidants.models import Aidant, AppareilTotp, Structure
from journal.models import Entree
from tests.aidants.test_connexion import donner_code, donner_mot_de_passe, est_connecte
from tests.clients_http import ouvrir_session
from tests.codes import code_de
from tests.factories import AidantFactory

REPOS = settings.INACTIVITE_MAX + timedelta(seconds=1)


@pytest.fixture
def horloge() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as voyage:
        yield voyage


@pytest.fixture
def au_repos(horloge: Any, client: Client, aidant: Aidant) -> Client:
    """A session without a request for a little more than 30 minutes."""
    ouvrir_session(client, aidant)
    horloge.shift(REPOS)
    return client


def travailler_douze_heures(horloge: Any, client: Client, aidant: Aidant) -> None:
    """Open a session and never leave it at rest."""
    ouvrir_session(client, aidant)
    for _ in range(24):
        horloge.shift(timedelta(minutes=29))
        client.get(reverse("espace"))
    horloge.shift(timedelta(minutes=29))


def poster(client: Client, structure: Structure) -> Any:
    """Post a form of the product, as from the page /usagers/."""
    adresse, champs = reverse("changer_structure"), {"structure": str(structure.pk)}
    return client.post(adresse, champs, headers={"referer": "http://testserver/usagers/"})


def reprendre(client: Client, appareil: AppareilTotp, suite: str = "/espace/") -> Any:
    return client.post(f"{reverse('reprise')}?next={suite}", {"code": code_de(appareil)})


def test_rest_asks_a_code_and_comes_back_to_the_page(
    au_repos: Client, appareil: AppareilTotp
) -> None:
    assert (
        au_repos.get(reverse("espace"))["Location"]
        == f"{reverse('reprise')}?next={reverse('espace')}"
    )
    assert reprendre(au_repos, appareil, reverse("espace"))["Location"] == reverse("espace")
    assert au_repos.get(reverse("espace")).status_code == 200
    assert Entree.objects.get().action == "reprise"


def test_less_than_thirty_minutes_asks_nothing(
    horloge: Any, client: Client, aidant: Aidant
) -> None:
    ouvrir_session(client, aidant)
    for _ in range(3):
        horloge.shift(timedelta(minutes=29))
        assert client.get(reverse("espace")).status_code == 200


def test_wrong_code_leaves_the_session_at_rest(au_repos: Client) -> None:
    page = au_repos.post(reverse("reprise"), {"code": "000000"}).content.decode()
    assert REFUS_CODE in page
    assert au_repos.get(reverse("espace")).status_code == 302
    assert Entree.objects.get().details == {"etape": "reprise"}


def test_reprise_changes_the_session_key(au_repos: Client, appareil: AppareilTotp) -> None:
    avant = au_repos.session.session_key
    reprendre(au_repos, appareil)
    assert au_repos.session.session_key != avant


def test_posted_form_is_kept_and_shown_once(
    au_repos: Client, aidant: Aidant, appareil: AppareilTotp
) -> None:
    structure = aidant.structures().get()
    depart = poster(au_repos, structure)
    assert depart["Location"] == f"{reverse('reprise')}?next=/usagers/"
    page = reprendre(au_repos, appareil, "/usagers/").content.decode()
    assert "Envoyer ce que j’avais saisi" in page
    assert f'action="{reverse("changer_structure")}"' in page
    assert f'name="structure" value="{structure.pk}"' in page
    assert 'href="/usagers/"' in page
    assert "saisie_retenue" not in au_repos.session


def test_kept_form_is_sent_by_the_person_only(
    au_repos: Client, aidant: Aidant, appareil: AppareilTotp
) -> None:
    poster(au_repos, aidant.structures().get())
    reprendre(au_repos, appareil)
    assert not Entree.objects.filter(action="changement_structure").exists()
    assert poster(au_repos, aidant.structures().get())["Location"] == reverse("espace")
    assert Entree.objects.filter(action="changement_structure").count() == 1


def test_twelve_hours_ask_a_whole_login(horloge: Any, client: Client, aidant: Aidant) -> None:
    travailler_douze_heures(horloge, client, aidant)
    reponse = client.get(reverse("espace"))
    assert reponse["Location"] == f"{reverse('connexion')}?next={reverse('espace')}"
    assert not est_connecte(client)


def test_form_posted_after_twelve_hours_comes_back_after_the_login(
    horloge: Any, client: Client, aidant: Aidant, appareil: AppareilTotp
) -> None:
    travailler_douze_heures(horloge, client, aidant)
    assert poster(client, aidant.structures().get())["Location"] == "/connexion/?next=/usagers/"
    donner_mot_de_passe(client, aidant.courriel, suite="/usagers/")
    page = donner_code(client, code_de(appareil), "/usagers/").content.decode()
    assert "Envoyer ce que j’avais saisi" in page


def test_kept_form_is_not_shown_to_another_account(
    horloge: Any, client: Client, aidant: Aidant
) -> None:
    travailler_douze_heures(horloge, client, aidant)
    poster(client, aidant.structures().get())
    assert "saisie_retenue" in client.session
    autre = AppareilTotp(user=AidantFactory(), confirmed=True)
    autre.cle = b"y" * 20
    autre.save()
    donner_mot_de_passe(client, autre.user.courriel)
    assert donner_code(client, code_de(autre))["Location"] == reverse("espace")


def test_reprise_without_a_session_is_a_login(client: Client, db: None) -> None:
    reponse = client.get(f"{reverse('reprise')}?next=/usagers/")
    assert reponse["Location"] == f"{reverse('connexion')}?next=/usagers/"
