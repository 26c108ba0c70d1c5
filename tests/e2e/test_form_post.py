"""`response_mode=form_post` in a real browser: the answer arrives, with or without a script."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.poste import Poste
from tests.serveurs import Demo

ETAT = "é & \"'> <script>"
PREUVE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}  # RFC 7636, appendix B


class Site(ThreadingHTTPServer):
    """A partner site that waits for a form, and keeps what came and from where."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Accueil)
        self.adresse = f"http://127.0.0.1:{self.server_address[1]}"
        self.recus: list[dict[str, list[str]]] = []
        self.origines: list[str] = []


class _Accueil(BaseHTTPRequestHandler):
    server: Site

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.recus.append(parse_qs(corps))
        self.server.origines.append(self.headers.get("Referer", ""))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<h1>Recu</h1>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.05})
        fil.start()
        yield serveur
        serveur.shutdown()
        fil.join()


@pytest.fixture(scope="module")
def client_id(demo: Demo, site: Site) -> str:
    dit = demo.gerer(
        "creer_fs", "Site au formulaire", site.adresse, f"--redirect-uri={site.adresse}/retour",
        "--demarche=justice",
    )  # fmt: skip
    return dit.splitlines()[0].removeprefix("client_id=")


@pytest.fixture(scope="module")
def poste(demo: Demo) -> Iterator[Poste]:
    """An aidant at work, with one mandat that this site alone can use."""
    with Poste(demo, "Karim") as poste:
        poste.se_connecter()
        poste.signer_pour("usuelle", "Hélène L'Héritier", "justice")
        yield poste


def aller(page: Page, contexte: BrowserContext, poste: Poste, **demande: str) -> None:
    """The aidant's session in this browser, and the site's request."""
    for temoin in poste.client.cookies.jar:
        if temoin.name == "ac_session" and temoin.value:
            contexte.add_cookies(
                [{"name": temoin.name, "value": temoin.value, "url": poste.demo.produit}]
            )
    base = {
        "response_type": "code", "response_mode": "form_post", "scope": "openid", "state": ETAT,
        "code_challenge_method": "S256",
    }  # fmt: skip
    page.goto(f"{poste.demo.produit}/oidc/authorize?{urlencode(base | PREUVE | demande)}")


def verifier_recu(site: Site, produit: str, *noms: str) -> None:
    recu = site.recus[-1]
    assert set(recu) == {*noms, "state", "iss"}
    assert (recu["state"], recu["iss"]) == ([ETAT], [produit])
    assert site.origines[-1] in ("", f"{produit}/")  # never a path: it would name the request


@pytest.mark.parametrize("contexte", ["avec", "sans-javascript"], indirect=True)
def test_answer_arrives_by_a_form(
    contexte: BrowserContext,
    page: Page,
    request: pytest.FixtureRequest,
    poste: Poste,
    site: Site,
    client_id: str,
) -> None:
    aller(page, contexte, poste, client_id=client_id, redirect_uri=f"{site.adresse}/retour")
    page.get_by_role("link", name=re.compile("HÉRITIER")).click()
    page.get_by_role("button", name=re.compile("Se connecter pour")).click()
    if "sans-javascript" in request.node.name:
        page.get_by_role("button", name="Continuer").click()
    expect(page.locator("h1")).to_have_text("Recu")
    verifier_recu(site, poste.demo.produit, "code")


def test_refusal_arrives_by_a_form(
    contexte: BrowserContext, page: Page, poste: Poste, site: Site, client_id: str
) -> None:
    retour = f"{site.adresse}/retour"
    aller(page, contexte, poste, client_id=client_id, redirect_uri=retour, prompt="none")
    expect(page.locator("h1")).to_have_text("Recu")
    verifier_recu(site, poste.demo.produit, "error", "error_description")
