"""Adding a passkey: a recent code, a verified owner, ten at most; journaled and mailed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnAttestation, WebAuthnCredential

from aidants import facteurs
from aidants.cles_acces import MAXIMUM
from aidants.models import Aidant, Courrier, MotifDesactivation
from aidants.views.cles_acces import REFUS_ENREGISTREMENT, TROP
from journal.models import PLATEFORME, Entree
from tests.aidants.cles import cle_de, doter, enregistrer, poster
from tests.authentificateur import PRESENCE, Authentificateur
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@pytest.fixture
def appareil() -> Authentificateur:
    return Authentificateur()


def refuse(reponse: Any) -> bool:
    return (reponse.status_code, reponse.json()) == (422, {"message": REFUS_ENREGISTREMENT})


def test_passkey_is_added_named_journaled_and_mailed(
    client_aidant: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    reponse = enregistrer(client_aidant, appareil, " Téléphone de Camille ")
    assert reponse.json() == {"suite": reverse("compte")}
    cle = cle_de(aidant)
    assert (cle.name, cle.confirmed, cle.discoverable) == ("Téléphone de Camille", True, True)
    assert facteurs.cles_acces(aidant) == [cle]
    entree = Entree.objects.get(action="facteur_ajoute")
    assert entree.details == {"genre": "cle"}
    assert Courrier.objects.get().genre == "facteur_ajoute"


def test_nothing_of_the_device_is_kept(
    client_aidant: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    enregistrer(client_aidant, appareil)
    assert not WebAuthnAttestation.objects.exists()
    assert cle_de(aidant).aaguid == "00000000-0000-0000-0000-000000000000"


def test_browser_is_asked_for_a_verified_owner_and_a_key_found_without_a_name(
    client_aidant: Client, aidant: Aidant
) -> None:
    connu = doter(aidant)
    options = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    choix = options["authenticatorSelection"]
    assert (choix["userVerification"], choix["residentKey"]) == ("required", "required")
    assert options["attestation"] == "none"
    assert options["rp"] == {"id": "localhost", "name": "Aidants Connect"}
    assert options["user"]["name"] == aidant.courriel
    assert options["user"]["displayName"] == aidant.nom_complet
    assert [cle["id"] for cle in options["excludeCredentials"]] == [
        connu.creer(options)["id"]  # the browser refuses to make a second one on this device
    ]


@pytest.mark.parametrize(
    ("attribut", "valeur"),
    [
        ("origine", "https://evil.example"),
        ("rp_id", "evil.example"),
        ("drapeaux", PRESENCE),
        ("compteur", 2**32 - 1),
        ("identifiant", b"x" * 1024),
    ],
)
def test_every_lie_is_refused_alike(
    client_aidant: Client, appareil: Authentificateur, attribut: str, valeur: object
) -> None:
    setattr(appareil, attribut, valeur)
    assert refuse(enregistrer(client_aidant, appareil))
    assert not WebAuthnCredential.objects.exists()
    assert not Entree.objects.exists()


def test_key_that_its_device_cannot_find_again_is_refused(
    client_aidant: Client, appareil: Authentificateur
) -> None:
    options = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    reponse = appareil.creer(options)
    reponse["clientExtensionResults"]["credProps"]["rk"] = False
    assert refuse(poster(client_aidant, "cle_enregistrement_fin", reponse))


def test_attestation_that_was_not_asked_is_refused(
    client_aidant: Client, appareil: Authentificateur
) -> None:
    for attestation in ({"fmt": "fido-u2f"}, {"fmt": "packed", "attStmt": {"x5c": [b"x"]}}):
        options = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"}).json()
        reponse = appareil.creer(options, **attestation)
        assert refuse(poster(client_aidant, "cle_enregistrement_fin", reponse))


def test_challenge_serves_once(client_aidant: Client, appareil: Authentificateur) -> None:
    options = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    assert refuse(poster(client_aidant, "cle_enregistrement_fin", {}))
    assert refuse(poster(client_aidant, "cle_enregistrement_fin", appareil.creer(options)))


def test_challenge_lasts_five_minutes(client_aidant: Client, appareil: Authentificateur) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        options = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"}).json()
        horloge.shift(timedelta(minutes=5, seconds=1))
        assert refuse(poster(client_aidant, "cle_enregistrement_fin", appareil.creer(options)))


def test_key_of_somebody_else_cannot_be_taken_over(client_aidant: Client, db: None) -> None:
    appareil = doter(AidantFactory())
    assert refuse(enregistrer(client_aidant, appareil))
    assert WebAuthnCredential.objects.count() == 1


def test_account_has_ten_passkeys_at_most(client_aidant: Client, aidant: Aidant) -> None:
    options = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    for rang in range(MAXIMUM):
        WebAuthnCredential.objects.create(user=aidant, credential_id=bytes([rang]), public_key=b"x")
    fin = poster(client_aidant, "cle_enregistrement_fin", Authentificateur().creer(options))
    assert refuse(fin)
    debut = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"})
    assert (debut.status_code, debut.json()) == (409, {"message": TROP})
    page = client_aidant.get(reverse("cle_acces_nouvelle")).content.decode()
    assert "Vous avez déjà 10 clés d’accès" in page
    assert '<button type="submit" class="fr-btn">Créer' not in page


@pytest.mark.parametrize("nom", ["", "  ", None, "x" * 65, "a\0b"])
def test_name_is_asked_before_the_key_is_made(client_aidant: Client, nom: str | None) -> None:
    reponse = poster(client_aidant, "cle_enregistrement_debut", {"nom": nom})
    assert reponse.status_code == 422
    assert list(reponse.json()) == ["message"]


def test_adding_asks_a_code_of_less_than_five_minutes(
    client: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        ouvrir_session(client, aidant)
        horloge.shift(timedelta(minutes=5, seconds=1))
        page = client.get(reverse("cle_acces_nouvelle"))
        assert page["Location"] == "/connexion/reprise/?next=/compte/cles/nouvelle/"
        debut = poster(client, "cle_enregistrement_debut", {"nom": "Clé"})
        assert debut["Location"].startswith("/connexion/reprise/")
        assert "saisie_retenue" not in client.session


def test_code_may_grow_old_while_the_device_works(
    client: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        ouvrir_session(client, aidant)
        horloge.shift(timedelta(minutes=4))
        options = poster(client, "cle_enregistrement_debut", {"nom": "Clé"}).json()
        horloge.shift(timedelta(minutes=4))
        fin = poster(client, "cle_enregistrement_fin", appareil.creer(options))
        assert fin.status_code == 200


def test_account_closed_meanwhile_adds_nothing(
    client_aidant: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    options = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    poster(client_aidant, "cle_enregistrement_fin", appareil.creer(options))
    assert not WebAuthnCredential.objects.exists()


def test_page_names_the_key_after_the_browser(client_aidant: Client) -> None:
    page = client_aidant.get(reverse("cle_acces_nouvelle"), headers={"user-agent": CHROME})
    assert 'value="Chrome, Windows"' in page.content.decode()


def test_page_puts_back_the_name_that_was_typed(client_aidant: Client) -> None:
    page = client_aidant.get(reverse("cle_acces_nouvelle") + "?nom=%22><b>" + "x" * 99)
    assert 'value="&quot;&gt;&lt;b&gt;xxx' in page.content.decode()


def test_page_says_what_to_do_without_javascript(client_aidant: Client) -> None:
    page = client_aidant.get(reverse("cle_acces_nouvelle"))
    assert "Ce navigateur ne peut pas créer de clé d’accès" in page.content.decode()
    assert "publickey" not in page["Permissions-Policy"]  # left to the site itself


def test_addresses_ask_the_token_of_the_page(aidant: Aidant) -> None:
    client = Client(enforce_csrf_checks=True)
    ouvrir_session(client, aidant)
    for route in ("cle_enregistrement_debut", "cle_connexion_debut", "cle_connexion_fin"):
        assert poster(client, route, {"nom": "Clé"}).status_code == 403
    jeton = client.get(reverse("cle_acces_nouvelle")).context["csrf_token"]
    reponse = client.post(
        reverse("cle_enregistrement_debut"),
        {"nom": "Clé"},
        content_type="application/json",
        headers={"x-csrftoken": str(jeton)},
    )
    assert reponse.status_code == 200
