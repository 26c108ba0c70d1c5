"""The main job, end to end, on real parts: two servers, a real Chromium, a real PostgreSQL."""

import json
import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e import gestes
from tests.serveurs import Demo

NAISSANCE = ("14", "3", "1957")


def test_main_job(page: Page, chromium: Browser, demo: Demo) -> None:
    debut = demo.sql("SELECT coalesce(max(id), 0) FROM journal_entree")[0][0]

    # An aidant logs in with a TOTP, and an usager identifies with FranceConnect.
    gestes.se_connecter(page, demo, "Camille")
    gestes.choisir_demarches(page, demo, "logement", "social")
    gestes.s_identifier(page)
    expect(page).to_have_url(re.compile("/signature/"))
    expect(page.locator("main")).to_contain_text("L'HÉRITIER")

    # A mandat is signed and printed.
    gestes.declarer(page)
    gestes.dessiner(page)
    gestes.signer(page, demo, "Camille")
    texte = gestes.lire_pdf(page, demo)
    for attendu in ("Mandat pour faire des démarches en ligne", "L'HÉRITIER", "Logement",
                    "Maison de services de Villebourg", "Formulaire de révocation"):  # fmt: skip
        assert attendu in texte
    assert "1957" not in texte  # the birth date opens the mandat: it is not on the paper

    # The démarche site is opened in the usager's name.
    _ouvrir_le_site(page, demo)
    page.get_by_role("button", name=re.compile("Se connecter pour")).click()
    expect(page.locator("h2", has_text="Personne connectée")).to_be_visible()
    recu = json.loads(page.context.request.get(f"{demo.monde}/logement/recu.json").text())
    assert recu["userinfo"] == {
        "sub": recu["id_token"]["sub"],
        "given_name": "Hélène Marie",
        "family_name": "L'HÉRITIER",
        "gender": "female",
        "birthdate": "1957-03-14",
        "birthplace": recu["userinfo"]["birthplace"],
        "birthcountry": "99100",
        "email": recu["userinfo"]["email"],
    }
    assert recu["iss"] == demo.produit

    # The aidant is about to connect again…
    _ouvrir_le_site(page, demo)
    expect(page.get_by_role("button", name=re.compile("Se connecter pour"))).to_be_visible()

    # …when the usager revokes, on a device of their own, without an account.
    appareil = chromium.new_context(locale="fr-FR", viewport={"width": 375, "height": 700})
    telephone = appareil.new_page()
    gestes.ouvrir_mon_mandat(telephone, demo, gestes.code_papier(texte), NAISSANCE)
    expect(telephone.locator("main")).to_contain_text("Maison de services de Villebourg")
    telephone.get_by_role("button", name=re.compile("Tout arrêter")).click()
    expect(telephone.get_by_role("heading", level=1)).to_contain_text("C’est arrêté")
    appareil.close()

    # The connection under way is refused, and so is the next one.
    page.get_by_role("button", name=re.compile("Se connecter pour")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vous ne pouvez plus agir")
    _ouvrir_le_site(page, demo)
    expect(page.get_by_role("link", name=re.compile("L'HÉRITIER"))).to_have_count(0)

    # Every step stands in the journal.
    [(mandat,)] = demo.sql(
        "SELECT mandat_ref FROM journal_sujet JOIN journal_entree ON entree_id = journal_entree.id"
        " WHERE action = 'signature' AND journal_entree.id > %s",
        debut,
    )
    lignes = demo.sql(
        "SELECT action, demarche, fs_ref FROM journal_entree JOIN journal_sujet ON entree_id ="
        " journal_entree.id WHERE mandat_ref = %s ORDER BY journal_entree.id",
        mandat,
    )
    assert lignes == [
        ("signature", "", ""),
        ("autorisation_creee", lignes[1][1], ""),
        ("autorisation_creee", lignes[2][1], ""),
        ("avis_envoye", "", ""),
        ("avis_envoye", "", ""),
        ("jeton_remis", "logement", "demo-logement"),
        ("utilisation", "logement", "demo-logement"),
        ("consultation_usager", "", ""),
        ("autorisation_revoquee", lignes[8][1], ""),
        ("autorisation_revoquee", lignes[9][1], ""),
        ("mandat_revoque", "", ""),
        ("avis_envoye", "", ""),
        ("avis_envoye", "", ""),
    ]  # fmt: skip
    demarches = {"logement", "social"}
    assert {lignes[1][1], lignes[2][1]} == {lignes[8][1], lignes[9][1]} == demarches
    actes = {acte for (acte,) in demo.sql("SELECT action FROM journal_entree WHERE id > %s", debut)}
    assert actes >= {"connexion", "identification"}


def _ouvrir_le_site(page: Page, demo: Demo) -> None:
    """From the démarche site's own button to the confirmation, or to where one is stopped."""
    page.goto(f"{demo.monde}/logement/")
    sortie = page.get_by_role("button", name="Se déconnecter")
    if sortie.count():
        sortie.click()
        page.goto(f"{demo.monde}/logement/")
    page.get_by_role("link", name="Se connecter avec Aidants Connect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pour qui agissez-vous ?")
    personne = page.get_by_role("link", name=re.compile("L'HÉRITIER"))
    if personne.count():
        personne.click()
