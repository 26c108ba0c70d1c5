"""An aidant's workstation without a browser: cookies, pages and their forms, over real HTTP."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import urljoin

import httpx2

from tests.serveurs import POUR_UNE_REPONSE, Demo


@dataclass
class Formulaire:
    """A form as a browser would send it: its address, and the fields that it holds already."""

    action: str
    champs: dict[str, str] = field(default_factory=dict)
    noms: set[str] = field(default_factory=set)


class _Lecteur(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.formulaires: list[Formulaire] = []
        self.liens: list[tuple[str, str]] = []
        self.lien_ouvert: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        if tag == "form":
            self.formulaires.append(Formulaire(attributs.get("action", "")))
        elif tag == "a" and "href" in attributs:
            self.lien_ouvert = (attributs["href"], "")
        elif tag in ("input", "button", "textarea", "select") and self.formulaires:
            self._lire_champ(attributs)

    def handle_data(self, data: str) -> None:
        if self.lien_ouvert:
            adresse, texte = self.lien_ouvert
            self.lien_ouvert = (adresse, f"{texte} {data}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.lien_ouvert:
            self.liens.append(self.lien_ouvert)
            self.lien_ouvert = None

    def _lire_champ(self, attributs: dict[str, str]) -> None:
        formulaire, nom = self.formulaires[-1], attributs.get("name", "")
        formulaire.noms.add(nom)
        if nom and attributs.get("type", "text") in ("hidden", "text"):
            formulaire.champs[nom] = attributs.get("value", "")


class Page:
    """An answer in HTML: its links and its forms."""

    def __init__(self, reponse: httpx2.Response) -> None:
        assert reponse.status_code == 200, (reponse.status_code, reponse.url, reponse.text[:2000])
        self.adresse, self.texte = str(reponse.url), reponse.text
        lecteur = _Lecteur()
        lecteur.feed(self.texte)
        self.formulaires, self.liens = lecteur.formulaires, lecteur.liens

    def formulaire(self, *, champ: str = "", action: str | None = None) -> Formulaire:
        """The only form with this field, or whose address ends like this; "" is the page's own."""
        trouves = [f for f in self.formulaires if not champ or champ in f.noms]
        if action is not None:
            trouves = [
                f for f in trouves if (f.action.endswith(action) if action else not f.action)
            ]
        assert len(trouves) == 1, (champ, action, self.formulaires)
        return trouves[0]

    def lien(self, texte: str) -> str:
        """The only link that holds these words."""
        trouves = {urljoin(self.adresse, lien) for lien, mots in self.liens if texte in mots}
        assert len(trouves) == 1, (texte, self.liens)
        return trouves.pop()


class Poste:
    """One person of the demo at work, with a session of their own."""

    def __init__(self, demo: Demo, prenom: str) -> None:
        self.demo, self.prenom = demo, prenom
        self.client = httpx2.Client(trust_env=False, timeout=POUR_UNE_REPONSE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    # --- What a browser does ---

    def ouvrir(self, adresse: str) -> Page:
        return Page(self.client.get(adresse, follow_redirects=True))

    def envoyer(self, page: Page, formulaire: Formulaire, **champs: Any) -> httpx2.Response:
        """Post a form with what one typed, and stop at the answer."""
        return self.client.post(
            urljoin(page.adresse, formulaire.action),
            data=formulaire.champs | champs,
            headers={"Referer": page.adresse},
        )

    def envoyer_et_suivre(self, page: Page, formulaire: Formulaire, **champs: Any) -> Page:
        reponse = self.envoyer(page, formulaire, **champs)
        assert reponse.is_redirect, reponse.text[:3000]
        return self.ouvrir(urljoin(str(reponse.url), reponse.headers["Location"]))

    # --- What an aidant does ---

    def se_connecter(self) -> None:
        compte = self.demo.compte(self.prenom)
        page = self.ouvrir(f"{self.demo.produit}/connexion/")
        acces = {"courriel": compte["courriel"], "mot_de_passe": compte["mot_de_passe"]}
        page = self.envoyer_et_suivre(page, page.formulaire(champ="mot_de_passe"), **acces)
        code = self.demo.code_totp(self.prenom)
        page = self.envoyer_et_suivre(page, page.formulaire(champ="code"), code=code)
        assert "/connexion/" not in page.adresse, page.adresse

    def identifier(self, identite: str, *demarches: str) -> Page:
        """A draft, and its usager identified by FranceConnect: the page to be signed."""
        page = self.ouvrir(f"{self.demo.produit}/mandats/nouveau/")
        choix = {"demarches": list(demarches), "duree": "31"}
        page = self.envoyer_et_suivre(page, page.formulaire(champ="demarches"), **choix)
        page = self.envoyer_et_suivre(page, page.formulaire(action="/identification/"))
        return self.envoyer_et_suivre(page, page.formulaire(champ="identite"), identite=identite)

    def signer(self, page: Page, nom_ecrit: str, *, code: str = "") -> Page:
        """Sign the mandat, with a name in full; the page that says it is done."""
        declarations = dict.fromkeys(("autorise", "engage", "donnees"), "on")
        page = self.envoyer_et_suivre(
            page,
            page.formulaire(champ="capacite"),
            capacite="oui",
            nom_ecrit=nom_ecrit,
            code=code or self.demo.code_totp(self.prenom),
            **declarations,
        )
        assert page.adresse.endswith("/fait/"), page.adresse
        return page

    def signer_pour(self, identite: str, nom_ecrit: str, *demarches: str) -> Page:
        return self.signer(self.identifier(identite, *demarches), nom_ecrit)

    def confirmer(self, adresse: str, personne: str) -> str:
        """From a FS's request to the « oui » for `personne`: where the browser is sent back to."""
        page = self.ouvrir(adresse)
        assert "Pour qui agissez-vous" in page.texte
        page = self.ouvrir(page.lien(personne))
        assert page.adresse.split("/")[-3] == "autorisations", page.adresse
        reponse = self.envoyer(page, page.formulaire(action=""))
        assert reponse.status_code == 303, reponse.text[:3000]
        return str(reponse.headers["Location"])
