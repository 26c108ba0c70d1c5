"""What people do, in their own words: each gesture is one function."""

import re
from io import BytesIO

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.serveurs import Demo

CODE = re.compile(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]")


def se_connecter(page: Page, demo: Demo, prenom: str) -> None:
    compte = demo.compte(prenom)
    page.goto(f"{demo.produit}/connexion/")
    page.get_by_label("Adresse électronique").fill(compte["courriel"])
    page.get_by_label("Mot de passe", exact=True).fill(compte["mot_de_passe"])
    page.get_by_role("button", name="Continuer").click()
    page.locator("#id_code").fill(demo.code_totp(prenom))
    page.get_by_role("button", name="Se connecter").click()
    expect(page).not_to_have_url(re.compile("connexion"))


def choisir_demarches(page: Page, demo: Demo, *cles: str, jours: int = 182) -> None:
    page.goto(f"{demo.produit}/mandats/nouveau/")
    for cle in cles:
        page.locator(f"input[name=demarches][value={cle}]").check(force=True)
    page.locator(f"input[name=duree][value='{jours}']").check(force=True)
    page.get_by_role("button", name="Continuer vers FranceConnect").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def s_identifier(page: Page, identite: str = "usuelle") -> None:
    """The usager takes the screen, and comes back to the recap."""
    identifier_chez_franceconnect(page, identite)
    expect(page).to_have_url(re.compile("/signature/"))


def identifier_chez_franceconnect(page: Page, identite: str) -> None:
    page.locator("button.fr-connect").first.click()
    page.locator(f"button[name=identite][value={identite}]").click()


def declarer(page: Page) -> None:
    page.locator("input[name=capacite][value=oui]").check(force=True)
    for nom in ("autorise", "engage", "donnees"):
        page.locator(f"input[name={nom}]").check(force=True)


def dessiner(page: Page) -> None:
    """Draw two strokes in the signature area."""
    zone = page.locator("canvas")
    zone.scroll_into_view_if_needed()
    cadre = zone.bounding_box()
    assert cadre
    for debut, fin in (((0.1, 0.6), (0.5, 0.3)), ((0.4, 0.3), (0.8, 0.7))):
        page.mouse.move(
            cadre["x"] + debut[0] * cadre["width"], cadre["y"] + debut[1] * cadre["height"]
        )
        page.mouse.down()
        page.mouse.move(
            cadre["x"] + fin[0] * cadre["width"], cadre["y"] + fin[1] * cadre["height"], steps=8
        )
        page.mouse.up()


def signer(page: Page, demo: Demo, prenom: str) -> None:
    page.locator("#id_code").fill(demo.code_totp(prenom))
    page.get_by_role("button", name="Signer le mandat").click()
    expect(page).to_have_url(re.compile("/fait/"))


def mandater(page: Page, demo: Demo, prenom: str, identite: str, nom: str) -> None:
    """A mandat of one day for the housing, signed with a name in full."""
    choisir_demarches(page, demo, "logement", jours=1)
    s_identifier(page, identite)
    declarer(page)
    page.locator("#id_nom_ecrit").fill(nom)
    signer(page, demo, prenom)


def lire_pdf(page: Page, demo: Demo) -> str:
    """The text of the mandat's PDF, as the browser's session downloads it."""
    lien = page.locator("a[href$='document.pdf']").first.get_attribute("href")
    return texte_pdf(telecharger(page, f"{demo.produit}{lien}"))


def telecharger(page: Page, adresse: str) -> bytes:
    reponse = page.context.request.get(adresse)
    assert reponse.headers["content-type"] == "application/pdf"
    return reponse.body()


def texte_pdf(octets: bytes) -> str:
    return "\n".join(feuille.extract_text() for feuille in PdfReader(BytesIO(octets)).pages)


def code_papier(texte: str) -> str:
    trouve = CODE.search(texte)
    assert trouve, texte
    return trouve.group()


def ouvrir_mon_mandat(page: Page, demo: Demo, code: str, naissance: tuple[str, str, str]) -> None:
    page.goto(f"{demo.produit}/mon-mandat/")
    page.get_by_label("Le code écrit sur votre papier").fill(code.lower())
    page.get_by_role("button", name="Continuer avec ce code").click()
    for nom, valeur in zip(("jour", "mois", "annee"), naissance, strict=True):
        page.locator(f"input[name={nom}]").fill(valeur)
    page.get_by_role("button", name="Ouvrir mon mandat").click()
