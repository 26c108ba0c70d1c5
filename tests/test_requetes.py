"""Queries of each page and endpoint: as many with a thousand rows as with ten, and few of them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aidants.models import Aidant, AppareilTotp
from aidants_connect.models import Releve
from fournisseur_identite import cles
from journal.models import Entree
from mandats.models import Projet
from tests.aidants.premiers_pas import adresse, inviter
from tests.factories import aidant_au_travail
from tests.fournisseur_identite.flux import Flux, retour_de
from tests.milliers import multiplier
from tests.monde import Monde, monter, ouvrir

pytestmark = pytest.mark.django_db

PLAFOND = 12
HORS_COMPTE = ("SAVEPOINT", "RELEASE", "BEGIN")
AVEC_SITES = "logement/deces-non/numero-oui/site-non"
ISSUE = f"{AVEC_SITES}/site-introuvable"
ECRITURES = ("INSERT", "UPDATE", "DELETE", "WITH")


def mesurer(demander: Callable[[], Any], *statuts: int) -> tuple[Any, list[str]]:
    """An answer and its statements, without those that open and close transactions."""
    with CaptureQueriesContext(connection) as capture:
        reponse = demander()
    assert reponse.status_code in (statuts or (200,)), reponse.status_code
    sqls = [requete["sql"].strip() for requete in capture.captured_queries]
    return reponse, [sql for sql in sqls if not sql.startswith(HORS_COMPTE)]


@pytest.fixture
def monde(aidant: Aidant) -> Monde:
    return monter(aidant)


def _admin(page: str, *objets: Callable[[Monde], Any]) -> Callable[[Monde], str]:
    return lambda m: reverse(f"admin:{page}", args=[objet(m) for objet in objets])


def _facteur(acte: str, monde: Monde) -> str:
    premier = AppareilTotp.objects.filter(user=monde.aidant).earliest("pk")
    return reverse(f"facteur_{acte}", args=["application", premier.pk])


def _projet(etape: str, projet: Projet) -> str:
    return reverse(f"projet_{etape}", args=[projet.pk])


def _entree(monde: Monde) -> int:
    """One of the structure's own, which its responsable reads too."""
    return int(Entree.objects.de_structures([str(monde.mandat.structure_id)]).earliest("id").pk)


DU_PARCOURS: dict[str, Callable[[Monde], str]] = {
    "parcours": lambda _: reverse("parcours"),
    "parcours_etape": lambda _: reverse("parcours_etape", args=["logement"]),
    "parcours_etape avec sites": lambda _: reverse("parcours_etape", args=[AVEC_SITES]),
    "parcours_etape, issue": lambda _: reverse("parcours_etape", args=[ISSUE]),
    "parcours_fiche": lambda _: reverse("parcours_fiche", args=[ISSUE]),
    "parcours_arbre": lambda _: reverse("parcours_arbre"),
    "parcours_affiche": lambda _: reverse("parcours_affiche", args=["orientation"]),
    "orientation": lambda _: reverse("orientation"),
}
DE_L_AIDANT: dict[str, Callable[[Monde], str]] = {
    "accueil": lambda _: reverse("accueil"),
    "reprise": lambda _: reverse("reprise"),
    "espace": lambda _: reverse("espace"),
    "usagers": lambda _: reverse("usagers"),
    "usagers cherchés": lambda _: reverse("usagers") + "?q=dubois",
    "usager": lambda m: reverse("usager", args=[m.mandat.usager_id]),
    "usager_contact": lambda m: reverse("usager_contact", args=[m.mandat.usager_id]),
    "mandats": lambda _: reverse("mandats"),
    "mandats cherchés": lambda _: reverse("mandats") + "?q=dubois",
    "mandat": lambda m: reverse("mandat", args=[m.mandat.pk]),
    "mandat_fait": lambda m: reverse("mandat_fait", args=[m.mandat.pk]),
    "mandat_pdf": lambda m: reverse("mandat_pdf", args=[m.mandat.pk]),
    "nouveau_code": lambda m: reverse("nouveau_code", args=[m.mandat.pk]),
    "mandat_recu": lambda m: reverse("mandat_recu", args=[m.arreter_une().pk]),
    "mandat_revocation": lambda m: reverse("mandat_revocation", args=[m.mandat.pk]),
    "mandat_renouvellement": lambda m: reverse("mandat_renouvellement", args=[m.mandat.pk]),
    "projet_nouveau": lambda _: reverse("projet_nouveau"),
    "projet_identification": lambda m: _projet("identification", m.projet_sans_usager),
    "projet_signature": lambda m: _projet("signature", m.projet),
    "projet_signature en arabe": lambda m: _projet("signature", m.projet) + "?langue=ar",
}
DU_COMPTE: dict[str, Callable[[Monde], str]] = {
    "compte": lambda _: reverse("compte"),
    "mot_de_passe": lambda _: reverse("mot_de_passe"),
    "facteur_application": lambda _: reverse("facteur_application"),
    "facteur_renommer": lambda m: _facteur("renommer", m),
    "facteur_retirer": lambda m: _facteur("retirer", m),
    "codes_secours": lambda _: reverse("codes_secours"),
    "conditions": lambda _: reverse("conditions"),
    "cle_acces_nouvelle": lambda _: reverse("cle_acces_nouvelle"),
}
DE_L_USAGER: dict[str, Callable[[Monde], str]] = {
    "accueil public": lambda _: reverse("accueil"),
    "faq": lambda _: reverse("faq"),
    "langues": lambda _: reverse("langues"),
    "page_traduite": lambda _: reverse("page_traduite", args=["ar", "accueil"]),
    "statistiques": lambda _: reverse("statistiques"),
    "plan_du_site": lambda _: reverse("plan_du_site"),
    "sante": lambda _: reverse("sante"),
    "sante_journal": lambda _: reverse("sante_journal"),
    "journal": lambda _: reverse("journal"),
    "connexion": lambda _: reverse("connexion"),
    "mot_de_passe_oublie": lambda _: reverse("mot_de_passe_oublie"),
    "mon_mandat": lambda _: reverse("mon_mandat"),
    "mon_mandat_ouvert": lambda m: reverse("mon_mandat_ouvert", args=[m.mandat.pk]),
    "mon_mandat_recu": lambda m: reverse("mon_mandat_recu", args=[m.mandat.pk]),
    "mon_mandat_recu_pdf": lambda m: reverse("mon_mandat_recu_pdf", args=[m.arreter_une().pk]),
    "mon_mandat_utilisations": lambda m: reverse("mon_mandat_utilisations", args=[m.mandat.pk]),
    "mon_contact": lambda _: reverse("mon_contact"),
    "pas_moi": lambda m: reverse("pas_moi", args=[m.avis.pk, m.avis.jeton]),
    "mes_mandats": lambda _: reverse("mes_mandats"),
    "invitation": lambda m: adresse(inviter(m.mandat.structure)),
    "verifier": lambda _: reverse("verifier"),
    "verifier_preuve": lambda _: reverse("verifier_preuve"),
    "verification": lambda m: reverse("verification", args=[m.mandat.reference]),
}
_FS = "fournisseur_identite_fournisseurservice"
DE_L_ADMIN: dict[str, Callable[[Monde], str]] = {
    "admin": _admin("index"),
    "admin aidants": _admin("aidants_aidant_changelist"),
    "admin aidant": _admin("aidants_aidant_change", lambda m: m.aidant.pk),
    "admin aidants cherchés": lambda _: reverse("admin:aidants_aidant_changelist") + "?q=camille",
    "admin aidants filtrés": lambda _: (
        reverse("admin:aidants_aidant_changelist") + "?role=aidant&moyen=aucun"
    ),
    "admin rôle": _admin("aidants_aidant_changer_role", lambda m: m.aidant.pk),
    "admin départ": _admin("aidants_aidant_retirer", lambda m: m.aidant.pk),
    "admin désactivation": _admin("aidants_aidant_desactiver", lambda m: m.aidant.pk),
    "admin historique": _admin("aidants_aidant_history", lambda m: m.aidant.pk),
    "admin cartes": _admin("aidants_cartetotp_changelist"),
    "admin cartes cherchées": lambda _: reverse("admin:aidants_cartetotp_changelist") + "?q=AC",
    "admin carte": _admin("aidants_cartetotp_change", lambda m: m.carte.pk),
    "admin carte passé": _admin("aidants_cartetotp_history", lambda m: m.carte.pk),
    "admin prêter une carte": _admin("aidants_aidant_associer_carte", lambda m: m.aidant.pk),
    "admin invitations": _admin("aidants_invitation_changelist"),
    "admin invitation": _admin("aidants_invitation_change", lambda m: m.invitation.pk),
    "admin inviter": _admin("aidants_invitation_add"),
    "admin inviter plusieurs": _admin("aidants_invitation_plusieurs"),
    "admin structures": _admin("aidants_structure_changelist"),
    "admin structure": _admin("aidants_structure_change", lambda m: m.mandat.structure_id),
    "admin fiche": _admin("aidants_structure_fiche", lambda m: m.mandat.structure_id),
    "admin passé": _admin("aidants_structure_history", lambda m: m.mandat.structure_id),
    "admin démarches": _admin("aidants_structure_demarches", lambda m: m.mandat.structure_id),
    "admin mandats": _admin("mandats_mandat_changelist"),
    "admin mandats filtrés": lambda _: (
        reverse("admin:mandats_mandat_changelist") + "?etat=bientot&demarche=logement&q=AC"
    ),
    "admin mandat": _admin("mandats_mandat_change", lambda m: m.mandat.pk),
    "admin mandat passé": _admin("mandats_mandat_history", lambda m: m.mandat.pk),
    "admin journal cherché": lambda _: reverse("admin:journal_entree_changelist") + "?q=camille",
    "admin export": _admin("journal_entree_export"),
    "admin journal": _admin("journal_entree_changelist"),
    "admin entrée": _admin("journal_entree_change", _entree),
}
_FAQ = "aidants_connect_questionfrequente"
_TRADUCTION = "aidants_connect_traduction"
DES_FS: dict[str, Callable[[Monde], str]] = {
    "admin état du journal": _admin("journal_etat"),
    "admin import de cartes": _admin("aidants_cartetotp_import"),
    "admin services": _admin(f"{_FS}_changelist"),
    "admin nouveau service": _admin(f"{_FS}_add"),
    "admin service": _admin(f"{_FS}_change", lambda m: m.fs.pk),
    "admin transfert": _admin("mandats_mandat_transferer", lambda m: m.mandat.pk),
    "admin secret": _admin(f"{_FS}_secret", lambda m: m.fs.pk),
    "admin questions": _admin(f"{_FAQ}_changelist"),
    "admin nouvelle question": _admin(f"{_FAQ}_add"),
    "admin traductions": lambda _: (
        reverse(f"admin:{_TRADUCTION}_changelist") + "?langue=ar&q=essai"
    ),
    "admin textes changés": lambda _: (
        reverse(f"admin:{_TRADUCTION}_changelist") + "?source=changee&q=essai"
    ),
    "admin traduction": _admin(f"{_TRADUCTION}_change", lambda m: m.traduction.pk),
    "admin nouvelle traduction": _admin(f"{_TRADUCTION}_add"),
    "admin effacements": _admin("aidants_connect_purge_changelist"),
    "admin vidéos": _admin("aidants_connect_videosignes_changelist"),
}
DES_DONNEES: dict[str, Callable[[Monde], str]] = {
    f"admin {modele}": _admin(f"usagers_{modele}_changelist")
    for modele in ("fournisseuridentite", "lieuformation", "sitedemarche", "passageparcours")
}
COMPTES: list[tuple[str, Callable[[Monde], Client], dict[str, Callable[[Monde], str]]]] = [
    ("aidant", Monde.client_aidant, DE_L_AIDANT | DU_COMPTE),
    ("aidant", Monde.client_aidant, DU_PARCOURS),
    ("usager", Monde.client_usager, DE_L_USAGER),
    ("visiteur", lambda _: Client(), DU_PARCOURS),
    ("supervision", lambda m: ouvrir(m.supervision), DE_L_ADMIN | DES_FS | DES_DONNEES),
    ("responsable", lambda m: ouvrir(m.responsable), DE_L_ADMIN),
]
CAS = {
    f"{nom} ({role})": (client, adresse)
    for role, client, pages in COMPTES
    for nom, adresse in pages.items()
}


EN_ALERTE = {"sante_journal (usager)": (200, 503)}  # nobody seals the lines: it says so in time


@pytest.fixture(scope="module")
def lectures(
    base_du_module: Any, request: pytest.FixtureRequest
) -> dict[str, tuple[list[str], list[str]]]:
    """The statements of each page that a test asks for, beside ten rows of a kind, and a thousand.

    One world serves them all: what a page's address needs is undone after it has been read.
    """
    with base_du_module.unblock(), transaction.atomic():
        monde = monter(aidant_au_travail())
        monde.grandir(9)
        Releve.objects.reprendre()  # as every four minutes
        voulues = _demandees(request.session.items)
        for cas in voulues:
            _lire(monde, cas)  # content types and the like, read once by process
        avec_dix = {cas: _lire(monde, cas) for cas in voulues}
        multiplier(monde)
        avec_mille = {cas: _lire(monde, cas) for cas in voulues}
        transaction.set_rollback(True)
    return {cas: (avec_dix[cas], avec_mille[cas]) for cas in voulues}


def _demandees(tests: list[pytest.Item]) -> list[str]:
    cas = [test.callspec.params.get("cas") for test in tests if hasattr(test, "callspec")]
    return [nom for nom in cas if nom in CAS]


def _lire(monde: Monde, cas: str) -> list[str]:
    """One reading of a page, by a browser that comes; nothing of it stays."""
    client_de, adresse_de = CAS[cas]
    cache.clear()
    with transaction.atomic():
        adresse, client = adresse_de(monde), client_de(monde)
        _, sqls = mesurer(lambda: client.get(adresse), *EN_ALERTE.get(cas, (200,)))
        transaction.set_rollback(True)
    return sqls


@pytest.mark.parametrize("cas", CAS)
def test_page(lectures: dict[str, tuple[list[str], list[str]]], cas: str) -> None:
    """It writes nothing but the session."""
    dix, mille = lectures[cas]
    assert len(mille) == len(dix), "\n".join(mille)
    assert len(mille) <= PLAFOND, "\n".join(mille)
    ecrits = [sql for sql in dix + mille if sql.startswith(ECRITURES)]
    assert not [sql for sql in ecrits if '"aidants_session"' not in sql]


ACTES: dict[str, tuple[Callable[[Monde], Any], int]] = {
    "mandat_renouvellement": (
        lambda m: m.client_aidant().post(
            reverse("mandat_renouvellement", args=[m.mandat.pk]),
            {"demarches": m.mandat.demarches_ouvertes[0], "duree": 31},
        ),
        302,
    ),
    "verifier un fichier": (
        lambda _: Client().post(reverse("verifier"), {"fichier": BytesIO(b"%PDF AC-2222")}),
        200,
    ),  # fmt: skip
}


@pytest.mark.parametrize(("faire", "statut"), ACTES.values(), ids=ACTES)
def test_act(monde: Monde, faire: Callable[[Monde], Any], statut: int) -> None:
    faire(monde)  # content types and the like, read once by process
    avec_une = mesurer(lambda: faire(monde), statut)[1]
    monde.grandir(9)
    assert len(mesurer(lambda: faire(monde), statut)[1]) == len(avec_une)


ETAPES = {  # each step of the protocol, and the most that it may ask of the database
    "openid_configuration": 0, "oidc_jwks": 0, "oidc_authorize": 5, "oidc_usager": 5,
    "oidc_demarche": 5, "oidc_confirmation": 4, "le oui": 6, "oidc_token": 2,
    "oidc_userinfo": 2, "oidc_logout": PLAFOND, "oidc_annuler": PLAFOND,
}  # fmt: skip
# What an aidant and a FS go through for somebody with one mandat: no page asks which démarche.
UTILISATION = (
    "oidc_authorize", "oidc_usager", "oidc_confirmation", "le oui", "oidc_token", "oidc_userinfo",
)  # fmt: skip


def test_protocol(monde: Monde) -> None:
    _derouler(monde)  # keys and content types, read once by process
    avec_une = _derouler(monde)
    monde.grandir(9)
    avec_dix = _derouler(monde)
    assert avec_dix == avec_une
    assert list(avec_dix) == list(ETAPES)
    assert {nom: n for nom, n in avec_dix.items() if n > ETAPES[nom]} == {}
    assert sum(avec_dix[etape] for etape in UTILISATION) <= 25


def _derouler(monde: Monde) -> dict[str, int]:
    """The number of statements of each step: one use, its logout, another request cancelled."""
    flux = Flux(monde.client_aidant(), monde.fs, monde.fs.poser_secret())
    monde.fs.save()
    comptes: dict[str, int] = {}

    def noter(nom: str, demander: Callable[[], Any], statut: int = 200) -> Any:
        reponse, sqls = mesurer(demander, statut)
        comptes[nom] = len(sqls)
        return reponse

    noter("openid_configuration", lambda: Client().get(reverse("openid_configuration")))
    noter("oidc_jwks", lambda: Client().get(reverse("oidc_jwks")))
    choix = noter("oidc_authorize", flux.demander, 303)["Location"]
    noter("oidc_usager", lambda: flux.client.get(choix))
    noter("oidc_demarche", lambda: flux.client.get(f"{choix}usagers/{monde.mandat.usager_id}/"))
    oui = f"{choix}autorisations/{monde.mandat.autorisations.get(demarche='logement').pk}/"
    noter("oidc_confirmation", lambda: flux.client.get(oui))
    code = retour_de(noter("le oui", lambda: flux.client.post(oui), 303))["code"]
    cles.active()  # read again each half minute, which a slow machine may spend on the way here
    jetons = noter("oidc_token", lambda: flux.echanger(code)).json()
    noter("oidc_userinfo", lambda: flux.identite(jetons["access_token"]))
    sortie = reverse("oidc_logout") + f"?id_token_hint={jetons['id_token']}"
    noter("oidc_logout", lambda: flux.client.get(sortie))
    choix = flux.demander(nonce="un-autre-nonce-de-quarante-trois-caracteres")["Location"]
    noter("oidc_annuler", lambda: flux.client.post(f"{choix}annuler/"), 303)
    return comptes
