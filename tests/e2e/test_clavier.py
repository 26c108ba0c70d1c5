"""An aidant walks from the login to a signed mandat with the keyboard alone, script or not."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import clavier, gestes
from tests.serveurs import Demo

# The people of this journey: who helps, who is helped, the name that is typed.
PERSONNES = {
    "javascript": ("Louise", "sans_courriel", "Noël Santoni"),
    "sans-javascript": ("Samuel", "etranger", "Mamadou N'Diaye"),
}
REPONSES = ("Non", "Oui", "Non", "Oui, j’ai trouvé", "Oui", "Oui", "Non", "Qu’un aidant le fasse")


def se_connecter(page: Page, demo: Demo, prenom: str) -> None:
    compte = demo.compte(prenom)
    page.goto(f"{demo.produit}/connexion/")
    clavier.ecrire(page, "#id_courriel", compte["courriel"])
    clavier.ecrire(page, "#id_mot_de_passe", compte["mot_de_passe"])
    page.keyboard.press("Enter")
    expect(page.locator("#id_code")).to_be_visible()
    if not page.locator("#id_code:focus").count():
        clavier.aller_a(page, page.locator("#id_code"))
    page.keyboard.type(demo.code_totp(prenom))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/espace/$"))


def suivre_le_parcours(page: Page) -> None:
    """From the aidant's home to the outcome, the answers given one by one."""
    clavier.choisir(page, "Commencer un accompagnement")
    for cle in ("social", "logement"):
        clavier.cocher(page, f"input[value={cle}]")
    clavier.choisir(page, "Continuer")
    for reponse in REPONSES:
        clavier.choisir(page, reponse)
    clavier.choisir(page, "Préparer le mandat")


def identifier(page: Page, identite: str) -> None:
    """The démarches came with the parcours; a duration, then FranceConnect."""
    cochees = page.locator("input[name=demarches]:checked")
    assert [c.get_attribute("value") for c in cochees.all()] == ["social", "logement"]
    clavier.cocher(page, "input[name=duree][value='1']")
    clavier.choisir(page, "Continuer vers FranceConnect")
    clavier.choisir(page, "S’identifier avec")
    clavier.aller_a(page, page.locator(f"button[name=identite][value={identite}]"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/signature/"))


def signer(page: Page, demo: Demo, prenom: str, nom: str) -> None:
    clavier.cocher(page, "input[name=capacite][value=oui]")
    for declaration in ("autorise", "engage", "donnees"):
        clavier.cocher(page, f"input[name={declaration}]")
    clavier.ecrire(page, "#id_nom_ecrit", nom)
    clavier.ecrire(page, "#id_code", demo.code_totp(prenom))
    clavier.choisir(page, "Signer le mandat")


@pytest.mark.parametrize("contexte", PERSONNES, indirect=True)
def test_aidant_walks_to_a_signed_mandat(
    page: Page, demo: Demo, request: pytest.FixtureRequest
) -> None:
    prenom, identite, nom = PERSONNES[request.node.callspec.id]
    se_connecter(page, demo, prenom)
    suivre_le_parcours(page)
    identifier(page, identite)
    signer(page, demo, prenom, nom)

    expect(page).to_have_url(re.compile("/fait/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("C’est signé")
    with page.expect_download() as telechargement:
        clavier.atteindre(page, "Télécharger le mandat")
        page.keyboard.press("Enter")
    assert telechargement.value.suggested_filename.endswith(".pdf")
    texte = gestes.lire_pdf(page, demo)
    for attendu in ("Social - Santé", "Logement", nom.split()[-1].upper()):
        assert attendu in texte
