"""Services in the admin: the supervision alone; a secret is shown once and kept as a digest."""

import hashlib
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant
from fournisseur_identite.models import FournisseurService
from journal.models import Entree
from mandats.models import Autorisation
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, FournisseurServiceFactory
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db

_PAGES = "admin:fournisseur_identite_fournisseurservice"
LISTE = reverse(f"{_PAGES}_changelist")
NOUVEAU = reverse(f"{_PAGES}_add")
SAISIE: dict[str, Any] = {
    "nom": "Allocations logement",
    "site": "https://logement.example.org",
    "politique": "partenaire",
    "client_id": "allocations-logement",
    "redirect_uris": "https://logement.example.org/retour\nhttps://logement.example.org/autre",
    "post_logout_redirect_uris": "",
    "demarches": ["logement"],
    "actif": "on",
    "authentification": "client_secret",
    "jwks": "",
    "logout_uri": "",
    "id_token_alg": "ES256",
    "userinfo_alg": "ES256",
}


@pytest.fixture
def supervision() -> Aidant:
    return AidantFactory(supervision=True)


@pytest.fixture
def client_supervision(supervision: Aidant) -> Client:
    client = Client()
    ouvrir_session(client, supervision)
    return client


def secret_montre(page: str) -> str | None:
    trouve = re.search(r"il ne sera plus montré\s:\s([\w-]{43})", page)
    return trouve and trouve[1]


def enregistrer(client: Client, **autres: Any) -> Any:
    return client.post(NOUVEAU, SAISIE | autres, follow=True)


# --- Registering ----------------------------------------------------------------------------------


def test_registered_service_shows_its_secret_once(client_supervision: Client) -> None:
    secret = secret_montre(enregistrer(client_supervision).content.decode())
    assert secret
    fs = FournisseurService.objects.get()
    fiche = reverse(f"{_PAGES}_change", args=[fs.pk])
    for page in (LISTE, fiche, reverse("admin:index")):
        texte = client_supervision.get(page).content.decode()
        assert secret not in texte
        assert fs.secret_sha256 not in texte


def test_secret_is_kept_as_its_digest_alone(client_supervision: Client) -> None:
    secret = secret_montre(enregistrer(client_supervision).content.decode()) or ""
    fs = FournisseurService.objects.values().get()
    assert fs["secret_sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(fs)
    assert secret not in str(list(Entree.objects.values()))


def test_registering_is_journaled(client_supervision: Client, supervision: Aidant) -> None:
    enregistrer(client_supervision)
    entree = Entree.objects.get()
    assert (entree.action, entree.auteur_genre) == ("fs_cree", "supervision")
    assert (entree.fs_ref, entree.fs_nom) == ("allocations-logement", "Allocations logement")
    assert entree.sujet.auteur_ref == str(supervision.pk)


def test_service_is_kept_as_typed(client_supervision: Client) -> None:
    enregistrer(client_supervision)
    fs = FournisseurService.objects.get()
    assert fs.redirect_uris == SAISIE["redirect_uris"].split()
    assert (fs.post_logout_redirect_uris, fs.demarches, fs.actif) == ([], ["logement"], True)


def test_secret_opens_the_token_endpoint(
    client_supervision: Client, client_aidant: Client, autorisation: Autorisation
) -> None:
    retours = {"redirect_uris": "https://fs.example.org/retour"}
    secret = secret_montre(enregistrer(client_supervision, **retours).content.decode()) or ""
    flux = Flux(client_aidant, FournisseurService.objects.get(), secret)
    assert flux.echanger(flux.code(autorisation)).status_code == 200


# --- What is refused ------------------------------------------------------------------------------


MAUVAISES = [
    "",
    "logement.example.org/retour",
    "http://logement.example.org/retour",
    "https://logement.example.org/retour#fragment",
    "https://*.example.org/retour",
    "https:///retour",
    "http://localhost.example.org/retour",
    "http://127.0.0.1.example.org/retour",
    "http://localhost@example.org/retour",
    "https://user:motdepasse@example.org/retour",
    "javascript:alert(1)",
    "javascript://localhost/%0Aalert(1)",
    "ftp://localhost/retour",
    "https://[::1",
    "https://logement.example.org/retour\nhttp://autre.example.org/",
]


@pytest.mark.parametrize("adresses", MAUVAISES)
def test_bad_address_is_refused_and_what_was_typed_kept(
    client_supervision: Client, adresses: str
) -> None:
    reponse = enregistrer(client_supervision, redirect_uris=adresses)
    assert reponse.status_code == 200
    form = reponse.context["adminform"].form
    assert list(form.errors) == ["redirect_uris"]
    assert form["redirect_uris"].value() == adresses
    assert form["nom"].value() == SAISIE["nom"]
    assert not FournisseurService.objects.exists()
    assert not Entree.objects.exists()


@pytest.mark.parametrize("adresse", ["http://localhost:8001/r", "http://127.0.0.1:8001/r"])
def test_address_of_this_machine_is_accepted(client_supervision: Client, adresse: str) -> None:
    enregistrer(client_supervision, redirect_uris=adresse)
    assert FournisseurService.objects.get().redirect_uris == [adresse]


def test_bad_logout_address_is_refused(client_supervision: Client) -> None:
    reponse = enregistrer(client_supervision, post_logout_redirect_uris="http://example.org")
    assert list(reponse.context["adminform"].form.errors) == ["post_logout_redirect_uris"]


def test_two_services_do_not_share_an_identifier(client_supervision: Client) -> None:
    FournisseurServiceFactory(client_id=SAISIE["client_id"])
    reponse = enregistrer(client_supervision)
    assert list(reponse.context["adminform"].form.errors) == ["client_id"]


# --- Changing -------------------------------------------------------------------------------------


def test_change_keeps_the_secret_and_is_journaled(client_supervision: Client) -> None:
    fs = FournisseurServiceFactory()
    fs.poser_secret()
    fs.save()
    adresse = reverse(f"{_PAGES}_change", args=[fs.pk])
    reponse = client_supervision.post(adresse, SAISIE | {"nom": "Autre nom"}, follow=True)
    assert secret_montre(reponse.content.decode()) is None
    change = FournisseurService.objects.get()
    assert (change.nom, change.secret_sha256) == ("Autre nom", fs.secret_sha256)
    assert Entree.objects.get().action == "fs_modifie"


def test_nobody_deletes_a_service(client_supervision: Client) -> None:
    fs = FournisseurServiceFactory()
    adresse = reverse(f"{_PAGES}_delete", args=[fs.pk])
    assert client_supervision.post(adresse, {"post": "yes"}).status_code == 403
    assert FournisseurService.objects.get() == fs


@pytest.mark.parametrize("filtre", [{"politique__exact": "partenaire"}, {"actif__exact": "1"}])
def test_list_is_filtered(client_supervision: Client, filtre: dict[str, str]) -> None:
    fs = FournisseurServiceFactory()
    FournisseurServiceFactory(franceconnect=True, actif=False)
    assert list(client_supervision.get(LISTE, filtre).context["cl"].queryset) == [fs]


def test_list_is_not_filtered_by_a_secret(client_supervision: Client) -> None:
    reponse = client_supervision.get(LISTE, {"secret_sha256__startswith": "a"})
    assert reponse.status_code in (302, 400)


# --- A new secret ---------------------------------------------------------------------------------


def test_new_secret_kills_the_old_one(
    client_supervision: Client, flux: Flux, autorisation: Autorisation
) -> None:
    ancien, code = flux.secret, flux.code(autorisation)
    adresse = reverse(f"{_PAGES}_secret", args=[flux.fs.pk])
    page = client_supervision.post(adresse, follow=True).content.decode()
    assert flux.echanger(code, client_secret=ancien).json()["error"] == "invalid_client"
    assert flux.echanger(code, client_secret=secret_montre(page)).status_code == 200
    assert ancien not in page
    assert Entree.objects.filter(action="fs_secret_renouvele").count() == 1


def test_reading_the_page_changes_no_secret(client_supervision: Client) -> None:
    fs = FournisseurServiceFactory()
    assert client_supervision.get(reverse(f"{_PAGES}_secret", args=[fs.pk])).status_code == 200
    assert FournisseurService.objects.get().secret_sha256 == fs.secret_sha256
    assert not Entree.objects.exists()


@pytest.mark.parametrize("cle", ["abc", "00000000-0000-0000-0000-000000000000"])
def test_secret_of_an_unknown_service_is_not_found(client_supervision: Client, cle: str) -> None:
    assert client_supervision.post(reverse(f"{_PAGES}_secret", args=[cle])).status_code == 404


# --- Managers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["changelist", "add", "change", "history", "delete", "secret"])
def test_responsable_reaches_no_page_of_services(client: Client, page: str) -> None:
    fs = FournisseurServiceFactory()
    ouvrir_session(client, AppartenanceFactory(responsable=True).aidant)
    args = [] if page in ("changelist", "add") else [fs.pk]
    adresse = reverse(f"{_PAGES}_{page}", args=args)
    for demander in (client.get, client.post):
        reponse = demander(adresse)
        assert reponse.status_code == 403
        assert fs.nom not in reponse.content.decode()
    assert FournisseurService.objects.get().secret_sha256 == fs.secret_sha256


def test_every_field_says_what_it_is_for(connecter: Any) -> None:
    formulaire = connecter(AidantFactory(supervision=True)).get(NOUVEAU).context["adminform"].form
    muets = [nom for nom, champ in formulaire.fields.items() if not champ.help_text]
    assert formulaire.fields
    assert muets == []
