"""The software that partner sites run, against the real product: each logs in, reads, logs out.

And each refuses what somebody alters on the way: rightly signed, so that the alteration alone is
refused.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.clients.relais import Alteration, Relais
from tests.clients.sites import Site
from tests.poste import Poste
from tests.serveurs import POUR_UNE_REPONSE
from tests.usagers.retours import avec

SITES = ("openid-client", "mod_auth_openidc", "mozilla-django-oidc", "authlib")
HELENE = {"given_name": "Hélène Marie", "family_name": "L'HÉRITIER"}


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    return sites[request.param]


@pytest.fixture
def poste(postes: dict[str, Poste]) -> Poste:
    """The aidant's browser, in which no site holds anybody yet."""
    poste = postes["Louise"]
    temoins = poste.client.cookies.jar
    for domaine in {t.domain for t in temoins} & {"127.0.0.1"}:
        temoins.clear(domaine)
    return poste


def arriver(site: Site, poste: Poste, retour: str) -> httpx2.Response:
    """Follow the browser from the product's answer to the page that the site ends on."""
    assert retour.startswith(site.adresse)
    return poste.client.get(retour, follow_redirects=True)


def aller(site: Site, poste: Poste) -> str:
    """From the site to the aidant's « oui »; where the product sends the browser back."""
    return poste.confirmer(site.envoyer(poste), "HÉRITIER")


def test_whole_use(site: Site, poste: Poste) -> None:
    assert not site.personne(poste)
    arriver(site, poste, aller(site, poste))
    personne = site.personne(poste)
    assert personne
    assert personne.items() >= HELENE.items()
    depart = site.quitter(poste)
    assert urlsplit(depart.headers["Location"]).path == "/oidc/logout"
    fin = poste.client.get(depart.headers["Location"], follow_redirects=True)
    assert str(fin.url).startswith(f"{site.adresse}/sortie")
    assert not site.personne(poste)


def test_right_key_and_right_claims_pass(site: Site, poste: Poste, relais: Relais) -> None:
    """What the refusals below stand on: signed by the relay, unaltered, the token is taken."""
    retour = aller(site, poste)
    with relais.alterant(Alteration()):
        arriver(site, poste, retour)
    assert site.personne(poste)


@pytest.mark.parametrize(
    "alteration",
    [
        pytest.param(Alteration(signature="fausse"), id="signature"),
        pytest.param(Alteration(signature="aucune"), id="alg none"),
        pytest.param(Alteration({"iss": "http://localhost:1"}), id="iss"),
        pytest.param(Alteration({"aud": "un-autre-site"}), id="aud"),
        pytest.param(Alteration({"nonce": "n" * 32}), id="nonce"),
        pytest.param(Alteration({"exp": 1_700_000_000, "iat": 1_699_999_940}), id="exp"),
        pytest.param(Alteration(identite={"sub": "quelqu-un-d-autre"}), id="sub of userinfo"),
    ],
)
def test_altered_answer_is_refused(
    site: Site, poste: Poste, relais: Relais, alteration: Alteration
) -> None:
    retour = aller(site, poste)
    with relais.alterant(alteration):
        arriver(site, poste, retour)
    assert not site.personne(poste)


@pytest.mark.parametrize(
    "autre", [{"state": "s" * 43}, {"state": None}, {"iss": "https://autre.example"}], ids=str
)
def test_altered_way_back_is_refused(
    site: Site, poste: Poste, autre: dict[str, str | None]
) -> None:
    arriver(site, poste, avec(aller(site, poste), **autre))
    assert not site.personne(poste)


def test_answer_serves_once(site: Site, poste: Poste) -> None:
    """The browser's « back »: the session may live on, no second use begins."""
    retour = aller(site, poste)
    arriver(site, poste, retour)
    premiere = site.personne(poste)
    arriver(site, poste, retour)
    assert site.personne(poste) in (premiere, None)


def test_cancelled_use_leaves_nobody(site: Site, poste: Poste) -> None:
    page = poste.ouvrir(site.envoyer(poste))
    reponse = poste.envoyer(page, page.formulaire(action="/annuler/"))
    arriver(site, poste, str(reponse.headers["Location"]))
    assert not site.personne(poste)


def fins(site: Site) -> list[dict[str, Any]]:
    """Of whom the site was told that they left."""
    reponse = httpx2.get(f"{site.adresse}/fins", trust_env=False, timeout=POUR_UNE_REPONSE)
    return list(reponse.json())


def test_site_is_told_of_the_end(sites: dict[str, Site], poste: Poste) -> None:
    """By our server, without the browser: the site checks the logout_token, and knows who left."""
    site = sites["openid-client"]
    arriver(site, poste, aller(site, poste))
    personne = site.personne(poste)
    assert personne
    avant = len(fins(site))
    poste.client.get(site.quitter(poste).headers["Location"])
    assert [fin["sub"] for fin in fins(site)[avant:]] == [personne["sub"]]
