"""A use, its proof taken home, and checked by the browser alone: no request leaves the page."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.fixtures_demo import DELAI
from tests.serveurs import Demo

PAGE = "/verifier/preuve/"
JUSTE = "Cette preuve est juste"


_DEJA: list[Path] = []  # one use serves every test here: a mandat and a use take half a minute


@pytest.fixture
def preuve(demo: Demo, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a use, as its usager downloads it."""
    if not _DEJA:
        fichier = tmp_path_factory.mktemp("preuve") / "preuve.json"
        _obtenir(demo, chromium, fichier)
        _DEJA.append(fichier)
    return _DEJA[0]


def _obtenir(demo: Demo, chromium: Browser, fichier: Path) -> None:
    contexte = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 720})
    contexte.set_default_timeout(DELAI)
    page = contexte.new_page()
    gestes.se_connecter(page, demo, "Karim")
    _signer(page, demo)
    _utiliser(page, demo)
    page.goto(f"{demo.produit}/mon-mandat/")
    gestes.identifier_chez_franceconnect(page, "etranger")
    expect(page).to_have_url(re.compile("/mon-mandat/tous/"))
    verifier(page)
    fichier.write_bytes(_telecharger(page, demo))
    contexte.close()


def _signer(page: Page, demo: Demo) -> None:
    gestes.choisir_demarches(page, demo, "logement")
    gestes.s_identifier(page, "etranger")
    gestes.declarer(page)
    page.locator("#id_nom_ecrit").fill("Mamadou N’Diaye")
    gestes.signer(page, demo, "Karim")


def _utiliser(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.monde}/logement/")
    page.get_by_role("link", name="Se connecter avec Aidants Connect").click()
    page.get_by_role("link", name=re.compile("DIAYE")).first.click()
    page.get_by_role("button", name=re.compile("Se connecter pour")).click()
    expect(page.locator("h2", has_text="Personne connectée")).to_be_visible()


def _telecharger(page: Page, demo: Demo) -> bytes:
    lien = page.get_by_role("link", name=re.compile("^Fichier de preuve")).first
    adresse = f"{demo.produit}{lien.get_attribute('href')}"
    for _ in range(1500):
        reponse = page.context.request.get(adresse)
        if reponse.status == 200:
            return reponse.body()
        assert reponse.status == 503  # not sealed yet
        page.wait_for_timeout(200)
    raise AssertionError("The use was never sealed.")


def demander(page: Page, fichier: Path) -> None:
    page.get_by_label("Le fichier de preuve").set_input_files(fichier)
    page.get_by_role("button", name="Vérifier cette preuve").click()


def fausse(preuve: Path, tmp_path: Path, champ: str, valeur: Any) -> Path:
    contenu = json.loads(preuve.read_text())
    contenu["entree"] |= {champ: valeur}
    fichier = tmp_path / "fausse.json"
    fichier.write_text(json.dumps(contenu))
    return fichier


def lu(page: Page, champ: str) -> str:
    return page.locator(f"[data-champ={champ}]").inner_text()


def test_page_checks_a_proof_without_the_network(page: Page, demo: Demo, preuve: Path) -> None:
    page.goto(f"{demo.produit}{PAGE}", wait_until="networkidle")
    parties: list[str] = []
    page.on("request", lambda requete: parties.append(requete.url))
    page.context.set_offline(True)
    demander(page, preuve)
    expect(page.get_by_role("heading", name=JUSTE)).to_be_focused()
    entree = json.loads(preuve.read_text())["entree"]
    assert lu(page, "site") == entree["fs_nom"]
    assert lu(page, "demarche") == "Logement"
    assert "DIAYE" in lu(page, "usager")
    assert not parties
    verifier(page)


@pytest.mark.parametrize(
    ("champ", "valeur"), [("fs_nom", "Les impôts"), ("instant", "2026-01-01T00:00:00.000000Z")]
)
def test_page_refuses_a_tampered_proof(
    page: Page, demo: Demo, preuve: Path, tmp_path: Path, champ: str, valeur: str
) -> None:
    page.goto(f"{demo.produit}{PAGE}")
    demander(page, fausse(preuve, tmp_path, champ, valeur))
    titre = "Cette ligne n’était pas dans le journal"
    expect(page.get_by_role("heading", name=titre)).to_be_focused()
    expect(page.get_by_role("heading", name=JUSTE)).to_be_hidden()
    verifier(page)


def test_every_value_changed_is_refused_by_the_page(page: Page, demo: Demo, preuve: Path) -> None:
    """The same places as the script's own test, one after the other, in the page."""
    from tests.journal.test_preuve import alterations, modifier  # noqa: PLC0415 - loads the script

    juste = json.loads(preuve.read_text())
    page.goto(f"{demo.produit}{PAGE}")
    for ou in alterations(juste):
        octets = json.dumps(modifier(juste, ou)).encode()
        fichier = FilePayload(name="p.json", mimeType="application/json", buffer=octets)
        page.get_by_label("Le fichier de preuve").set_input_files(fichier)
        page.get_by_role("button", name="Vérifier cette preuve").click()
        expect(page.locator("[data-motif]:not([hidden])")).to_have_count(1)
        assert page.get_by_role("heading", name=JUSTE).count() == 0, ou


def test_page_reads_the_token_of_a_third_party(
    page: Page, demo: Demo, preuve: Path, tmp_path: Path
) -> None:
    from tests.journal.autorite import Autorite  # noqa: PLC0415 - the demo has no authority

    contenu = json.loads(preuve.read_text())
    autorite, fichier = Autorite(tmp_path), tmp_path / "datee.json"
    jeton = autorite.dater(contenu["note"])
    contenu["jeton"] = base64.b64encode(jeton).decode()
    fichier.write_text(json.dumps(contenu))
    page.goto(f"{demo.produit}{PAGE}")
    demander(page, fichier)
    expect(page.get_by_role("heading", name=JUSTE)).to_be_focused()
    expect(page.locator("[data-champ=tiers]")).to_have_text(re.compile(r" 20\d\d"))
    verifier(page)
    for faux in (autorite.dater("une autre note"), jeton[:-400], b"rien"):
        contenu["jeton"] = base64.b64encode(faux).decode()
        fichier.write_text(json.dumps(contenu))
        demander(page, fichier)
        expect(page.get_by_role("heading", name="Le jeton d’horodatage n’est pas")).to_be_focused()


def test_code_of_the_sheet_opens_the_page_with_its_answer(
    page: Page, demo: Demo, preuve: Path
) -> None:
    """The proof is in the fragment: the server never sees it."""
    from journal.examen import en_chiffres  # noqa: PLC0415 - Django is set up by then

    parties: list[str] = []
    page.on("request", lambda requete: parties.append(requete.url))
    page.goto(f"{demo.produit}{PAGE}#preuve={en_chiffres(preuve.read_bytes())}")
    expect(page.get_by_role("heading", name=JUSTE)).to_be_visible()
    assert f"{demo.produit}{PAGE}" in [url.partition("#")[0] for url in parties]
    page.goto(f"{demo.produit}{PAGE}#preuve=123456789")
    expect(page.get_by_role("heading", name="Ce fichier n’est pas une preuve")).to_be_visible()


def test_browser_without_ed25519_says_so_and_offers_our_server(
    page: Page, demo: Demo, preuve: Path
) -> None:
    page.add_init_script("SubtleCrypto.prototype.importKey = async () => { throw new Error(); };")
    page.goto(f"{demo.produit}{PAGE}")
    demander(page, preuve)
    titre = page.get_by_role("heading", name="Ce navigateur ne sait pas vérifier une preuve")
    expect(titre).to_be_focused()
    verifier(page)
    page.get_by_role("button", name="Envoyer le fichier à notre serveur").click()
    expect(page.get_by_role("heading", name=JUSTE)).to_be_visible()
    assert lu(page, "demarche") == "Logement"


def test_without_script_our_server_checks(
    chromium: Browser, demo: Demo, preuve: Path, tmp_path: Path
) -> None:
    contexte = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    page = contexte.new_page()
    page.goto(f"{demo.produit}{PAGE}")
    expect(page.get_by_text("JavaScript est arrêté")).to_be_visible()
    demander(page, preuve)
    expect(page.get_by_role("heading", name=JUSTE)).to_be_visible()
    demander(page, fausse(preuve, tmp_path, "demarche", "social"))
    expect(page.get_by_role("heading", name="Cette ligne n’était pas")).to_be_visible()
    contexte.close()
