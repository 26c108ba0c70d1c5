"""`response_mode=form_post`: the answer travels in a form, by a button or a script of our own."""

import html
import re
from typing import Any

import pytest
from django.conf import settings

from mandats.models import Autorisation
from tests.fournisseur_identite.flux import RETOUR, Flux

pytestmark = pytest.mark.django_db


def formulaire(reponse: Any) -> dict[str, str]:
    """The fields of the form that leads back to the FS."""
    assert reponse.status_code == 200
    _, debut, reste = reponse.content.decode().partition(f'<form method="post" action="{RETOUR}"')
    assert debut
    page = reste.partition("</form>")[0]
    assert 'type="submit"' in page
    champs = re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page)
    assert len(dict(champs)) == len(champs)
    return {nom: html.unescape(valeur) for nom, valeur in champs}


def test_code_comes_in_a_form(flux: Flux, autorisation: Autorisation) -> None:
    recu = formulaire(flux.confirmer(autorisation, response_mode="form_post"))
    assert set(recu) == {"code", "state", "iss"}
    assert (recu["state"], recu["iss"]) == (flux.state, settings.SITE_URL)
    assert flux.echanger(recu["code"]).status_code == 200


@pytest.mark.parametrize("etat", ['"><script>alert(1)</script>', "é &amp; '", "\u202e{{ x }}"])
def test_state_is_escaped_and_echoed(flux: Flux, etat: str) -> None:
    reponse = flux.demander(state=etat, response_mode="form_post", prompt="none")
    assert formulaire(reponse)["state"] == etat


def test_errors_come_in_a_form_too(flux: Flux) -> None:
    recu = formulaire(flux.demander(response_mode="form_post", response_type="token"))
    assert recu["error"] == "unsupported_response_type"


def test_cancelled_comes_in_a_form(flux: Flux) -> None:
    adresse = flux.demander(response_mode="form_post")["Location"]
    assert formulaire(flux.client.post(f"{adresse}annuler/"))["error"] == "access_denied"


def test_policy_lets_this_form_lead_there_and_nothing_else(flux: Flux) -> None:
    reponse = flux.demander(response_mode="form_post", prompt="none")
    politique = dict(
        partie.strip().split(" ", 1) for partie in reponse["Content-Security-Policy"].split(";")
    )
    assert "https://fs.example.org" in politique["form-action"]
    assert politique["script-src"] == "'self'"
    assert politique["frame-ancestors"] == "'none'"
    assert reponse["Cache-Control"] == "no-store"
    assert reponse["Referrer-Policy"] == "strict-origin"


def test_not_for_an_address_that_is_not_registered(flux: Flux) -> None:
    reponse = flux.demander(response_mode="form_post", redirect_uri="https://evil.example/")
    assert reponse.status_code == 400
    assert "evil.example" not in reponse.content.decode()
