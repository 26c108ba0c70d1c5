"""Every kind of civil status, from FranceConnect to FranceConnect, judged by its own rules.

What FranceConnect gave when the mandat was signed is what it gets back from us, letter for letter.
"""

import json
import os
import secrets
import shutil
import subprocess
from dataclasses import asdict
from typing import Any

import pytest

from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux
from tests.serveurs import PATIENCE, RACINE
from usagers.identite import depuis_claims
from usagers.models import Usager

pytestmark = pytest.mark.django_db
CLIENTS = RACINE / "tests" / "clients"
BASE = {
    "sub": "s" * 66,
    "given_name": "Angela Claire",
    "family_name": "DUBOIS",
    "gender": "female",
    "birthdate": "1962-08-24",
    "birthplace": "75107",
    "birthcountry": "99100",
    "email": "angela@courriel.example",
}
CAS: dict[str, dict[str, str]] = {
    "ordinary": {},
    "29 February": {"birthdate": "1960-02-29"},
    "presumed: the month is known": {"birthdate": "1962-08-01", "idp_birthdate": "1962-08-00"},
    "presumed: the year alone": {"birthdate": "1962-01-01", "idp_birthdate": "1962-00-00"},
    "Corse-du-Sud": {"birthplace": "2A004"},
    "Haute-Corse": {"birthplace": "2B033"},
    "Corsica before 1976": {"birthplace": "20004"},
    "arrondissement": {"birthplace": "13208"},
    "La Réunion": {"birthplace": "97411"},
    "Saint-Pierre-et-Miquelon": {"birthplace": "97502"},
    "Mayotte": {"birthplace": "97601"},
    "Mayotte, former code": {"birthplace": "98511"},
    "Saint-Barthélemy": {"birthplace": "97701"},
    "Wallis-et-Futuna": {"birthplace": "98611"},
    "Polynésie": {"birthplace": "98729"},
    "Nouvelle-Calédonie": {"birthplace": "98818"},
    "abroad": {"birthplace": "", "birthcountry": "99217"},
    "abroad, with a name of town": {"birthplace": "Casablanca", "birthcountry": "99350"},
    "Algeria": {"birthplace": "", "birthcountry": "99352"},
    "longest names": {"given_name": "é" * 256, "family_name": "Ñ" * 256},
    "shortest names": {"given_name": "Ô", "family_name": "Y"},
    "diacritics": {"given_name": "Zoë Œdipe Nguyễn", "family_name": "ÅŚT-ÑANDÚ ŞĂŢ ŸŽ"},
    "apostrophes": {"given_name": "Ma'in", "family_name": "L’HÉRITIER D'ARC"},
    "usage name": {"preferred_username": "LE GUÉNNEC-D'ARC"},
    "longest usage name": {"preferred_username": "ü" * 256},
    "gender not said": {"gender": "unspecified"},
    "e-mail with a tag": {"email": "Angela.D+fc@sous.courriel.example"},
    "no e-mail": {"email": ""},
    "e-mail that is none": {"email": "angela chez courriel"},
}
CHANGES = {"idp_birthdate", "email", "birthplace"}  # judged below, case by case


@pytest.fixture(scope="module")
def node() -> None:
    if shutil.which("node") and (CLIENTS / "node_modules" / "openid-client-franceconnect").is_dir():
        return
    manque = "Node or tests/clients/node_modules is missing: see `make test`."
    if os.environ.get("CI"):
        pytest.fail(manque)
    pytest.skip(manque)


def juger(*identites: dict[str, Any]) -> list[list[str]]:
    """What core-fcp's `OidcIdentityDto` finds wrong in each."""
    ordre = json.dumps({"action": "judge", "identities": identites})
    fini = subprocess.run(
        ["node", "franceconnect.cjs"], input=ordre, cwd=CLIENTS, capture_output=True, text=True,
        timeout=PATIENCE, check=True,
    )  # fmt: skip
    return list(json.loads(fini.stdout)["faults"])


def arrivee(flux: Flux, autorisation: Autorisation, claims: dict[str, str]) -> dict[str, Any]:
    """The identity that FranceConnect gave, as FranceConnect gets it."""
    connue = asdict(depuis_claims({**BASE, **claims}))
    connue.pop("sub")
    Usager.objects.filter(pk=autorisation.mandat.usager_id).update(**connue)
    flux.nonce = secrets.token_hex(16)
    demande = {"nonce": flux.nonce, "code_challenge": None, "code_challenge_method": None}
    code = flux.code(autorisation, **demande)
    jetons = flux.echanger(code, code_verifier=None).json()
    return dict(flux.identite(jetons["access_token"]).json())


def test_every_identity_passes_franceconnects_own_rules(
    node: None, flux_franceconnect: Flux, autorisation: Autorisation
) -> None:
    recues = {cas: arrivee(flux_franceconnect, autorisation, claims) for cas, claims in CAS.items()}
    fautes = dict(zip(CAS, juger(*recues.values()), strict=True))
    assert {cas: liste for cas, liste in fautes.items() if liste} == {}
    for cas, claims in CAS.items():
        donnees = {nom: v for nom, v in (BASE | claims).items() if nom not in {"sub", *CHANGES}}
        if "idp_birthdate" in claims:
            donnees["birthdate"] = claims["idp_birthdate"]
        assert recues[cas].items() >= donnees.items(), cas


@pytest.mark.parametrize(
    ("cas", "nom", "attendu"),
    [
        ("Haute-Corse", "birthplace", "2B033"),
        ("Mayotte, former code", "birthplace", "98511"),
        ("abroad", "birthplace", ""),
        ("abroad, with a name of town", "birthplace", ""),
        ("no e-mail", "email", "sans-adresse@testserver.invalid"),
        ("e-mail that is none", "email", "sans-adresse@testserver.invalid"),
    ],
)
def test_what_franceconnect_insists_on(
    flux_franceconnect: Flux, autorisation: Autorisation, cas: str, nom: str, attendu: str
) -> None:
    assert arrivee(flux_franceconnect, autorisation, CAS[cas])[nom] == attendu


def test_usage_name_is_absent_when_there_is_none(
    flux_franceconnect: Flux, autorisation: Autorisation
) -> None:
    assert "preferred_username" not in arrivee(flux_franceconnect, autorisation, {})


def test_rules_do_refuse(node: None) -> None:
    """The judge is no yes-man: each of its rules refuses something."""
    juste = BASE | {"preferred_username": "D"}
    faux: dict[str, Any] = {
        "given_name": "é" * 257, "family_name": "", "birthdate": "1962-00-24", "gender": "F",
        "birthcountry": "France", "birthplace": "None", "email": "angela", "sub": "é",
        "preferred_username": None,
    }  # fmt: skip
    fautes = juger(juste, *(juste | {nom: valeur} for nom, valeur in faux.items()))
    assert fautes[0] == []
    assert fautes[1:] == [
        [f"userinfo.{nom}", *(["userinfo.birthplace"] if nom == "birthcountry" else [])]
        for nom in faux
    ]
