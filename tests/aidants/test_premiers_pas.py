"""From the invitation to the first page, in one go or in many; nothing opens before the end."""

from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver, reverse

from aidants.models import Aidant, Courrier, Invitation
from tests.aidants.premiers_pas import (
    accepter,
    adresse,
    choisir,
    enroler,
    inviter,
    naitre,
    se_connecter,
    tirer_codes,
)
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, StructureFactory
from tests.routes import ROUTES, Route

pytestmark = pytest.mark.django_db
CODES, CONDITIONS = reverse("codes_secours_premiers"), reverse("conditions")


def test_from_the_link_to_the_first_page(client: Client) -> None:
    structure = StructureFactory(nom="Espace de Lorient")
    naitre(client, inviter(structure))
    page = client.get(reverse("espace"))
    assert page.status_code == 200
    assert "Espace de Lorient" in page.content.decode()


def test_each_step_resumes_where_it_was_left() -> None:
    """A new browser at each step: the password, then what is still owed."""
    invitation = inviter()
    choisir(Client(), adresse(invitation))
    revenu = Client()
    assert "Connectez-vous" in revenu.get(adresse(invitation)).content.decode()
    se_connecter(revenu)
    assert revenu.get(reverse("code"))["Location"] == reverse("enrolement")
    enroler(revenu)
    aidant = Aidant.objects.get()
    for due, faire in ((CODES, tirer_codes), (CONDITIONS, accepter)):
        encore = Client()
        ouvrir_session(encore, aidant)
        assert encore.get(reverse("espace"))["Location"].startswith(due)
        faire(encore)
    assert revenu.get(reverse("espace")).status_code == 200


def test_link_opened_again_in_the_same_browser_goes_on(client: Client) -> None:
    invitation = inviter()
    choisir(client, adresse(invitation))
    assert client.get(adresse(invitation))["Location"] == reverse("enrolement")


# --- Nothing but these pages ----------------------------------------------------------------------

OUVERTES = {"codes_secours_premiers", "conditions"}


def fermees() -> list[Route]:
    """Every page that asks for a login, found by what the resolver calls."""
    publiques = {nom for nom, vue in _vues(get_resolver().url_patterns) if not vue}
    return [r for nom, r in ROUTES.items() if nom not in publiques | OUVERTES]


def _vues(motifs: list[Any], prefixe: str = "", espace: str = "") -> Any:
    for motif in motifs:
        chemin = prefixe + str(motif.pattern)
        if hasattr(motif, "url_patterns"):
            ici = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from _vues(motif.url_patterns, chemin, ici)
        else:
            nom = espace + motif.name if motif.name else chemin
            yield nom, getattr(motif.callback, "login_required", True)


VALEURS = {
    "int": "1",
    "uuid": "2f1f6f0e-5b0f-4b8e-9d9b-6f6d1c9f7a11",
    "slug": "a",
    "str": "a",
    "path": "1",
}


def chemin(route: Route) -> str:
    """A path of this route, whatever the object: the gate stands before it."""
    brut = route.chemin.replace("(?P<url>.*)$", "x")
    while "<" in brut:
        avant, _, reste = brut.partition("<")
        parametre, _, apres = reste.partition(">")
        brut = avant + VALEURS[parametre.partition(":")[0] if ":" in parametre else "str"] + apres
    return "/" + brut


@pytest.mark.parametrize("due", [CODES, CONDITIONS])
@pytest.mark.parametrize("supervision", [False, True])
def test_account_that_owes_a_step_opens_nothing_else(
    client: Client, due: str, supervision: bool
) -> None:
    aidant: Aidant = AidantFactory(naissant=True, supervision=supervision)
    AppartenanceFactory(aidant=aidant, est_responsable=True)
    ouvrir_session(client, aidant)
    if due == CONDITIONS:
        tirer_codes(client)
    routes = fermees()
    assert len(routes) > 40
    fautes = {}
    for route in routes:
        for methode in ("get", "post"):
            reponse = getattr(client, methode)(chemin(route))
            if reponse.status_code != 302 or not reponse["Location"].startswith(due):
                fautes[f"{methode} {route.nom}"] = reponse.status_code
    assert fautes == {}


def test_account_comes_back_to_the_page_that_it_asked_for(client: Client) -> None:
    aidant = AppartenanceFactory(aidant=AidantFactory(naissant=True)).aidant
    ouvrir_session(client, aidant)
    vers_codes = client.get("/usagers/?q=le guen")["Location"]
    suite = vers_codes.removeprefix(CODES)
    assert client.post(vers_codes).status_code == 200
    assert client.get(vers_codes)["Location"] == CONDITIONS + suite
    assert accepter(client, suite)["Location"] == "/usagers/?q=le%20guen"


def test_one_can_leave_at_every_step(client: Client) -> None:
    ouvrir_session(client, AidantFactory(naissant=True))
    for page in (CODES, CONDITIONS):
        assert "Se déconnecter" in client.get(page, follow=True).content.decode()
    client.post(reverse("deconnexion"))
    assert not get_user(client).is_authenticated


# --- The first account of a deployment ------------------------------------------------------------


def inviter_supervision(*identite: str) -> None:
    call_command("inviter_supervision", *identite)


def test_command_invites_the_supervision(
    capsys: pytest.CaptureFixture[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        inviter_supervision(" Nadia@Example.org ", "Nadia", "Benali")
    invitation = Invitation.objects.get()
    assert (invitation.courriel, invitation.structure) == ("nadia@example.org", None)
    assert adresse(invitation) in mail.outbox[0].body
    sortie = capsys.readouterr().out
    assert "nadia@example.org" in sortie
    assert invitation.jeton not in sortie


def test_command_run_again_sends_a_new_link_then_nothing(client: Client) -> None:
    for _ in range(2):
        inviter_supervision("nadia@example.org", "Nadia", "Benali")
    invitation = Invitation.objects.get()
    assert invitation.version == 2
    naitre(client, invitation)
    envois = Courrier.objects.count()
    inviter_supervision("nadia@example.org", "Nadia", "Benali")
    assert (Invitation.objects.count(), Courrier.objects.count()) == (1, envois)
    assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize(
    "identite",
    [("nadia", "Nadia", "Benali"), ("n@x.fr", " ", "Benali"), ("n@x.fr", "N", "x" * 101)],
)
def test_command_says_what_is_wrong_in_one_sentence(identite: tuple[str, str, str]) -> None:
    with pytest.raises(CommandError) as erreur:
        inviter_supervision(*identite)
    assert "\n" not in str(erreur.value)
    assert not Invitation.objects.exists()
