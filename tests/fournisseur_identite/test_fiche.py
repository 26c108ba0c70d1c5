"""The self-test of a registration, the partner's page, and `manage.py creer_fs`."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from aidants.models import Aidant
from fournisseur_identite.jwks import defaut_de_jwks
from fournisseur_identite.models import FournisseurService
from fournisseur_identite.verification import defaut_d_adresse, examiner
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, FournisseurServiceFactory
from tests.fournisseur_identite.conftest import secret_de

pytestmark = pytest.mark.django_db
EC = ECKey.generate_key("P-256", {"kid": "1"})
RSA = RSAKey.generate_key(2048, {"kid": "2"})


def jwks(*cles: Any, prive: bool = False) -> dict[str, Any]:
    return dict(KeySet(list(cles)).as_dict(private=prive))


@pytest.mark.parametrize("cles", [(EC,), (RSA,), (EC, RSA)])
def test_public_keys_are_right(cles: Any) -> None:
    assert defaut_de_jwks(jwks(*cles)) == ""


@pytest.mark.parametrize(
    ("document", "mot"),
    [
        ([1], "liste"),
        ("texte", "liste"),
        ({"keys": {}}, "liste"),
        ({"keys": []}, "aucune clé"),
        ({"keys": [{}]}, "illisible"),
        ({"keys": [None]}, "illisible"),
        ({"keys": [{"kty": "EC", "crv": "P-256", "x": "a", "y": "b"}]}, "illisible"),
        (jwks(EC, prive=True), "privée"),
        (jwks(ECKey.generate_key("P-384")), "P-256"),
        (jwks(OctKey.generate_key(256), prive=True), "privée"),
        ({"keys": [{**EC.as_dict(private=False)}, {**EC.as_dict(private=False)}]}, "kid"),
    ],
    ids=[
        "list", "text", "no list", "empty", "no key", "null", "wrong point", "private", "P-384",
        "secret", "same kid",
    ],
)  # fmt: skip
def test_public_keys_are_wrong(document: Any, mot: str) -> None:
    assert mot in defaut_de_jwks(document)


@pytest.mark.parametrize(
    "adresse",
    ["http://fs.example.org/", "https://*.example.org/", "https://fs.example.org/#a", "fs", "",
     "https://u@fs.example.org/", "javascript:alert(1)", "https://[", "https:///retour"],
)  # fmt: skip
def test_addresses_that_cannot_be_registered(adresse: str) -> None:
    assert defaut_d_adresse(adresse)


def defauts(fs: FournisseurService) -> list[str]:
    return [constat.titre for constat in examiner(fs) if constat.probleme]


def test_right_registration() -> None:
    fs = FournisseurServiceFactory()
    secret_de(fs)
    assert defauts(fs) == []


@pytest.mark.parametrize(
    ("champs", "titre"),
    [
        ({"actif": False}, "Service actif"),
        ({"redirect_uris": ["http://fs.example.org/retour"]}, "Adresses de retour"),
        ({"redirect_uris": []}, "Adresses de retour"),
        ({"post_logout_redirect_uris": ["https://*"]}, "Adresses de sortie"),
        ({"logout_uri": "http://fs.example.org/fin"}, "Adresse de fin de session"),
        ({"authentification": "private_key_jwt"}, "Preuve"),
        ({"authentification": "private_key_jwt", "jwks": {"keys": [{}]}}, "Preuve"),
        ({"secret_sha256": ""}, "Preuve"),
        ({"id_token_alg": "HS256"}, "Algorithmes"),
        ({"id_token_alg": "none"}, "Algorithmes"),
    ],
    ids=str,
)
def test_wrong_registration(champs: dict[str, Any], titre: str) -> None:
    fs = FournisseurServiceFactory()
    secret_de(fs)
    for nom, valeur in champs.items():
        setattr(fs, nom, valeur)
    (defaut,) = defauts(fs)
    assert defaut.startswith(titre)


# --- The pages ------------------------------------------------------------------------------------


@pytest.fixture
def client_supervision() -> Client:
    client, supervision = Client(), AidantFactory(supervision=True)
    assert isinstance(supervision, Aidant)
    ouvrir_session(client, supervision)
    return client


def adresse(nom: str, *args: Any) -> str:
    return reverse(f"admin:fournisseur_identite_fournisseurservice_{nom}", args=args)


def test_partners_page(client_supervision: Client) -> None:
    fs = FournisseurServiceFactory()
    secret_de(fs)
    page = client_supervision.get(adresse("fiche", fs.pk)).content.decode()
    assert "http://testserver/.well-known/openid-configuration" in page
    assert fs.client_id in page
    assert page.count("<td>Bon</td>") == len(examiner(fs))
    assert fs.secret_sha256 not in page


def test_relay_of_a_secret_is_a_choice(client_supervision: Client) -> None:
    fs = FournisseurServiceFactory()
    ancien = secret_de(fs)
    client_supervision.post(adresse("secret", fs.pk), {"relais": "oui"})
    assert FournisseurService.objects.get().check_client_secret(ancien)
    client_supervision.post(adresse("secret", fs.pk))
    assert not FournisseurService.objects.get().check_client_secret(ancien)


def test_private_key_that_is_pasted_is_refused(client_supervision: Client) -> None:
    fs = FournisseurServiceFactory()
    saisie = {"jwks": json.dumps(jwks(EC, prive=True)), "authentification": "private_key_jwt"}
    reponse = client_supervision.post(adresse("change", fs.pk), saisie)
    assert "Une clé privée a été collée" in reponse.content.decode()
    assert FournisseurService.objects.get().jwks == {}


# --- The command ----------------------------------------------------------------------------------


def creer(*arguments: str) -> dict[str, str]:
    sortie = StringIO()
    defaut = ["Logement", "https://l.example.org", "--redirect-uri", "https://l.example.org/r"]
    call_command("creer_fs", *defaut, *arguments, stdout=sortie)
    return dict(ligne.split("=", 1) for ligne in sortie.getvalue().splitlines())


def test_command_prints_the_secret_once() -> None:
    recu = creer("--demarche", "logement", "--client-id", "logement")
    fs = FournisseurService.objects.get()
    assert recu["client_id"] == fs.client_id == "logement"
    assert fs.check_client_secret(recu["client_secret"])
    assert (fs.demarches, fs.secteur) == (["logement"], "l.example.org")


def test_command_with_keys(tmp_path: Path) -> None:
    fichier = tmp_path / "jwks.json"
    fichier.write_text(json.dumps(jwks(EC)))
    recu = creer("--jwks", str(fichier), "--par", "--id-token-alg", "RS256")
    fs = FournisseurService.objects.get()
    assert set(recu) == {"client_id"}
    assert (fs.authentification, fs.par_exige, fs.id_token_alg) == (
        "private_key_jwt", True, "RS256",
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [("--id-token-alg", "HS256"), ("--redirect-uri", "http://l.example.org/"),
     ("--par", "--politique", "franceconnect"), ("--demarche", "inconnue")],
)  # fmt: skip
def test_command_refuses_what_the_admin_refuses(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        creer(*arguments)
    assert not FournisseurService.objects.exists()
