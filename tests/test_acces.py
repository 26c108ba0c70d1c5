"""Who may open what: each address of the site, for each role; an address without a row fails."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from aidants.models import Aidant
from aidants_connect.models import QuestionFrequente
from fournisseur_identite.models import DemandeAutorisation, FournisseurService
from fournisseur_identite.views.autorisation import DEMANDES
from journal.actions import CHANGEMENT_STRUCTURE
from journal.models import Entree
from mandats.consultation import OUVERT
from mandats.models import Attestation, Mandat, Projet
from tests.acces import ROLES, Issue, Issues, admin, aidants, de_la_supervision, modele, tous
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    AppartenanceFactory,
    FournisseurServiceFactory,
    MandatFactory,
    ProjetFactory,
    QuestionFrequenteFactory,
    une_donnee_de_chaque,
)
from tests.fournisseur_identite.flux import Flux
from tests.routes import ROUTES, Route

pytestmark = pytest.mark.django_db

FC = "https://franceconnect.example.org"
FS = "https://fs.example.org"


SORTIE_ADMIN = ("connexion", "connexion", "admin:index", "admin:index", "accueil", "accueil")

PUBLIQUES = (
    "accueil", "franceconnect_explique", "demarches", "je_signe", "faq", "statistiques", "sante",
    "plan_du_site", "accessibilite", "mentions_legales", "confidentialite",
    "conditions_utilisation",
)  # fmt: skip
# Each line: what a GET gives each role; a POST where the line says so.
TABLE: dict[str, Issues] = {
    **dict.fromkeys(PUBLIQUES, tous(200)),
    "connexion": tous(200),
    "POST connexion": tous(200),
    "code": tous("connexion"),  # no password was given in this browser
    "POST code": tous("connexion"),
    "reprise": ("connexion", "connexion", 200, 200, 200, 200),
    "POST reprise": ("connexion", "connexion", 200, 200, 200, 200),
    "POST deconnexion": tous("accueil"),
    "POST changer_structure": aidants("espace", 404),
    "espace": aidants(200, 200),
    "usagers": aidants(200, 200),
    "usager": aidants(200, 404),
    "mandats": aidants(200, 200),
    "projet_nouveau": aidants(200, 200),
    "POST projet_nouveau": aidants(200, 200),
    "projet_identification": aidants(200, 404),
    "POST projet_identification": aidants(FC, 404),
    "projet_signature": aidants(200, 404),
    "POST projet_signature": aidants(200, 404),
    "mandat": aidants(200, 404),
    "mandat_fait": aidants(200, 404),
    "mandat_pdf": aidants(200, 404),
    "mandat_revocation": aidants(200, 404),
    "POST mandat_revocation": aidants(200, 404),
    "franceconnect_retour": tous(400),  # no round trip was started
    "franceconnect_sortie": tous("accueil"),
    "mon_mandat": tous(200),
    "POST mon_mandat": tous(200),
    "mon_mandat_naissance": tous("mon_mandat"),
    "POST mon_mandat_naissance": tous("mon_mandat"),
    "POST mon_mandat_franceconnect": tous(FC),
    "mes_mandats": tous("mon_mandat"),
    "POST mon_mandat_fermer": tous("mon_mandat"),
    "mon_mandat_ouvert": tous("mon_mandat"),
    "POST mon_mandat_arreter": tous("mon_mandat"),
    "mon_mandat_recu": tous("mon_mandat"),
    "verifier": tous(200),
    "verification": tous(200),
    "parcours": tous(200),
    "parcours_etape": tous(200),
    "parcours_arbre": tous(200),
    "parcours_affiche": tous(200),
    "parcours_fiche": tous(200),
    "POST parcours_terminer": tous("parcours_fiche"),
    "orientation": tous(200),
    "openid_configuration": tous(200),
    "oidc_jwks": tous(200),
    "oidc_authorize": tous("oidc_usager"),
    "POST oidc_authorize": tous("oidc_authorize"),
    "POST oidc_token": tous(400),
    "oidc_userinfo": tous(401),
    "POST oidc_userinfo": tous(401),
    "oidc_logout": tous(200),
    "POST oidc_logout": tous(200),
    # A request of another browser is lost (410), whatever its id: nothing tells that it exists.
    "oidc_usager": aidants(200, 410),
    "oidc_demarche": aidants("oidc_confirmation", 410),
    "oidc_confirmation": aidants(200, 410),
    "POST oidc_confirmation": aidants(FS, 410),
    "POST oidc_annuler": aidants(FS, 410),
    "admin:index": admin(200, 200),
    "admin:login": ("connexion", "connexion", 403, 403, "admin:index", "admin:index"),
    "admin:logout": SORTIE_ADMIN,
    "POST admin:logout": SORTIE_ADMIN,
    "admin:autocomplete": admin(403, 403),
    "admin:jsi18n": admin(200, 200),
    "admin:app_list": admin(200, 200),
    "administration/(?P<url>.*)$": admin(404, 404),
    **modele("aidants/aidant", admin(200, 200), admin(403, 403)),
    **modele("aidants/structure", admin(200, 200), admin(403, 403)),
    **modele("journal/entree", admin(200, 200), admin(403, 403)),
    **modele("aidants_connect/questionfrequente", admin(403, 200), admin(403, 200)),
    **modele("fournisseur_identite/fournisseurservice", admin(403, 200), admin(403, 200)),
    "admin:fournisseur_identite_fournisseurservice_secret": admin(403, 200),
    **de_la_supervision("fournisseuridentite"),
    **de_la_supervision("lieuformation"),
    **de_la_supervision("sitedemarche"),
    **de_la_supervision("passageparcours", change=False),
}


@dataclass
class Monde:
    """What the aidant's structure holds, and an account of each role."""

    comptes: dict[str, Aidant]
    mandat: Mandat
    projet: Projet
    projet_sans_usager: Projet
    fs: FournisseurService
    demande: DemandeAutorisation
    entree_id: int
    donnees_publiques: dict[str, int]
    question: QuestionFrequente

    def client(self, role: str) -> Client:
        """A browser of this role; the demande was made in the aidant's own."""
        client = Client()
        compte = self.comptes.get(role)
        if role == "sans_code":
            client.force_login(AidantFactory())
        elif compte:
            ouvrir_session(client, compte)
        if role == "aidant":
            session = client.session
            session[DEMANDES] = [str(self.demande.pk)]
            session.save()
        return client

    def adresse(self, route: Route) -> str:
        valeurs = self._valeurs(route.nom)
        if "/" in route.nom:
            return "/" + re.sub(
                r"<path:object_id>|\(\?P<url>\.\*\)\$", str(valeurs["object_id"]), route.nom
            )
        return reverse(route.nom, kwargs={nom: valeurs[nom] for nom in route.parametres})

    def _valeurs(self, nom: str) -> dict[str, Any]:
        objets = {
            "structure": self.mandat.structure_id, "entree": self.entree_id,
            "fournisseurservice": self.fs.pk, "aidant": self.comptes["aidant"].pk,
            **self.donnees_publiques,
            "questionfrequente": self.question.pk,
        }  # fmt: skip
        projets = {"projet_identification": self.projet_sans_usager}
        modele = re.search("|".join(f"(?<=[_/]){m}(?=[_/])" for m in objets), nom)
        return {
            "usager_id": self.mandat.usager_id,
            "mandat_id": self.mandat.pk,
            "projet_id": projets.get(nom, self.projet).pk,
            "reference": self.mandat.reference,
            "reponses": "logement/deces-oui",
            "nom": "orientation",
            "demande_id": self.demande.pk,
            "autorisation_id": self.mandat.autorisations.get(demarche="logement").pk,
            "object_id": objets[modele.group()] if modele else "nulle-part",
            "content_type_id": 1,
            "app_label": "aidants",
        }

    def donnees(self, nom: str) -> dict[str, Any]:
        if nom == "oidc_authorize":
            return Flux(Client(), self.fs, "").parametres()
        return {"structure": str(self.mandat.structure_id)} if nom == "changer_structure" else {}


@pytest.fixture
def monde(aidant: Aidant) -> Monde:
    structure = aidant.structures().get()
    mandat = MandatFactory(structure=structure, aidant=aidant)
    Attestation.figer(mandat, b"%PDF-1.7", modele="essai", instant=timezone.now())
    fs = FournisseurServiceFactory()
    entree_id = Entree.objects.inscrire(
        CHANGEMENT_STRUCTURE, acte=mandat.pk, par=aidant.auteur, cadre=structure.cadre
    )
    parametres = {"redirect_uri": f"{FS}/retour", "state": "s"}
    cache.set("fc:decouverte", {"authorization_endpoint": f"{FC}/authorize"})
    responsable = AppartenanceFactory(structure=structure, responsable=True).aidant
    return Monde(
        comptes={
            "aidant": aidant,
            "ailleurs": AppartenanceFactory().aidant,
            "responsable": responsable,
            "supervision": AidantFactory(supervision=True),
        },
        mandat=mandat,
        projet=ProjetFactory(aidant=aidant, structure=structure, identifie=True),
        projet_sans_usager=ProjetFactory(aidant=aidant, structure=structure),
        fs=fs,
        demande=DemandeAutorisation.objects.create(
            fs=fs, parametres=parametres, demarches=["logement"]
        ),
        entree_id=entree_id,
        donnees_publiques=une_donnee_de_chaque(),
        question=QuestionFrequenteFactory(),
    )


def issue_de(reponse: Any) -> Issue:
    if reponse.status_code not in (301, 302, 303):
        return int(reponse.status_code)
    adresse = urlsplit(reponse["Location"])
    if adresse.netloc:
        return f"{adresse.scheme}://{adresse.netloc}"
    return resolve(adresse.path).view_name


def test_every_address_has_its_row() -> None:
    assert {ligne.split()[-1] for ligne in TABLE} == set(ROUTES)


@pytest.mark.parametrize("ligne", TABLE)
def test_access(monde: Monde, ligne: str) -> None:
    methode, nom = ligne.split() if " " in ligne else ("GET", ligne)
    adresse = monde.adresse(ROUTES[nom])
    issues = {}
    for role in ROLES:
        demander: Callable[..., Any] = getattr(monde.client(role), methode.lower())
        issues[role] = issue_de(demander(adresse, monde.donnees(nom)))
    assert issues == dict(zip(ROLES, TABLE[ligne], strict=True))


@pytest.mark.parametrize("nom", [nom for nom in ROUTES if "admin" not in nom])
def test_other_methods_are_refused(monde: Monde, nom: str) -> None:
    adresse, client = monde.adresse(ROUTES[nom]), monde.client("aidant")
    for methode in ("GET", "POST", "DELETE"):
        ligne = nom if methode == "GET" else f"{methode} {nom}"
        if ligne not in TABLE:
            assert getattr(client, methode.lower())(adresse).status_code == 405, methode


@pytest.mark.parametrize("ligne", ["oidc_demarche", "oidc_confirmation", "POST oidc_confirmation"])
def test_own_request_opens_nobody_of_another_structure(monde: Monde, ligne: str) -> None:
    client = monde.client("ailleurs")
    session = client.session
    session[DEMANDES] = [str(monde.demande.pk)]
    session.save()
    demander = client.post if ligne.startswith("POST") else client.get
    assert demander(monde.adresse(ROUTES[ligne.split()[-1]])).status_code == 404


def test_open_consultation_shows_its_mandats_alone(monde: Monde, client: Client) -> None:
    session = client.session
    session[OUVERT] = {"mandats": [str(monde.mandat.pk)], "usager": "", "jusqua": time.time() + 60}
    session.save()
    for pk, attendu in ((monde.mandat.pk, 200), (MandatFactory().pk, 404)):
        assert client.get(reverse("mon_mandat_ouvert", args=[pk])).status_code == attendu
        assert client.get(reverse("mon_mandat_recu", args=[pk])).status_code == attendu
