"""A verb that changes state writes the journal (issue of the journal, item 2): read in the source.

What changes rows and neither writes an entry nor leads only to who does stands in `SANS_ENTREE`,
with the reason. A new verb is in neither, and fails.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

RACINE = Path(settings.BASE_DIR)
APPS = ("aidants", "usagers", "mandats", "fournisseur_identite", "aidants_connect")
ECRITURES = {
    "save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete",
    "inserer",
}  # fmt: skip


@dataclass
class Fonction:
    """One function of the product: what it calls, and whether it changes rows itself."""

    fichier: str
    nom: str
    appels: set[str] = field(default_factory=set)
    ecrit: bool = False

    @property
    def lieu(self) -> str:
        return f"{self.fichier}:{self.nom}"


def lire(source: str, fichier: str) -> Iterator[Fonction]:
    for noeud in ast.walk(ast.parse(source)):
        if isinstance(noeud, ast.FunctionDef):
            yield _fonction(noeud, fichier)


def _fonction(noeud: ast.FunctionDef, fichier: str) -> Fonction:
    fonction = Fonction(fichier, noeud.name)
    for appel in (n for n in ast.walk(noeud) if isinstance(n, ast.Call)):
        nom = _nom(appel.func)
        fonction.appels.add(nom)
        # A dictionary or a hash is updated by position, rows by name.
        par_nom = bool(appel.keywords) and not appel.args
        if isinstance(appel.func, ast.Attribute):
            fonction.ecrit |= nom in ECRITURES or (nom == "update" and par_nom)
    return fonction


def _nom(cible: ast.expr) -> str:
    if isinstance(cible, ast.Attribute):
        return cible.attr
    return cible.id if isinstance(cible, ast.Name) else ""


def produit() -> list[Fonction]:
    return [
        fonction
        for app in APPS
        for fichier in sorted((RACINE / app).rglob("*.py"))
        if "migrations" not in fichier.parts
        for fonction in lire(fichier.read_text(), str(fichier.relative_to(RACINE)))
    ]


def inscrivent(fonctions: list[Fonction]) -> set[str]:
    """The functions that write an entry, themselves or by a helper of their own file."""
    trouvees = {f.lieu for f in fonctions if any("inscrire" in appel for appel in f.appels)}
    avant = -1
    while avant != len(trouvees):
        avant = len(trouvees)
        for f in fonctions:
            siens = {g.nom for g in fonctions if g.fichier == f.fichier and g.lieu in trouvees}
            if f.appels & siens:
                trouvees.add(f.lieu)
    return trouvees


def sans_entree(fonctions: list[Fonction]) -> set[str]:
    """The functions that change rows, when neither they nor all that call them write an entry."""
    couvertes = inscrivent(fonctions)
    couvertes |= {etape for etape, acte in ETAPES.items() if acte in couvertes}
    avant = -1
    while avant != len(couvertes):
        avant = len(couvertes)
        for f in fonctions:
            appelants = [g for g in fonctions if f.nom in g.appels and g is not f]
            if f.nom not in ECRITURES and appelants and all(g.lieu in couvertes for g in appelants):
                couvertes.add(f.lieu)
    return {f.lieu for f in fonctions if f.ecrit} - couvertes


# Why each of these writes no entry of its own.
SANS_ENTREE: dict[str, set[str]] = {
    "a new pepper: the same secret hashed anew, where its owner has just shown it": {
        "mandats/consultation.py:_hacher_a_nouveau",
        "usagers/models/usagers.py:_hacher_a_nouveau",
    },
    "throttling: tries, counted and forgiven": {
        "aidants/admin/actes_cartes.py:_associer",  # `carte.associer` writes the act itself
        "aidants/models/echecs.py:annuler",
        "aidants/models/echecs.py:noter",
        "aidants/models/echecs.py:rendre",
    },
    "sessions and challenges of a login, whose outcome is written": {
        "aidants/cles_acces.py:_prendre",
        "aidants/models/sessions.py:fermer",
    },
    "outboxes: a mail or a message, beside the act that it tells": {
        "aidants/courriers.py:prevenir",
        "aidants/models/courriers.py:oublier",
        "aidants/models/envois.py:marquer_envoye",
        "aidants/models/envois.py:repousser",
        "mandats/taches.py:_dire_un_lot",
        "mandats/taches.py:_rappeler_un_lot",
        "mandats/taches.py:prevenir",
        "usagers/models/messages.py:accepter",
        "usagers/models/messages.py:ecrire",
        "usagers/models/messages.py:tirer_code",
    },
    "links that open an act: `changer_mot_de_passe` and the enrolment write it": {
        "aidants/models/recuperations.py:_consommer",
        "aidants/models/recuperations.py:choisir_mot_de_passe",
        "aidants/models/recuperations.py:fermer",
        "aidants/models/recuperations.py:permettre_enrolement",
    },
    "drafts and requests under way, which nobody has agreed to yet": {
        "aidants/models/cartes.py:preparer",
        "fournisseur_identite/models/assertions.py:servir",
        "fournisseur_identite/models/demandes.py:annuler",
        "fournisseur_identite/models/demandes.py:inserer",
        "fournisseur_identite/models/poussees.py:pousser",
        "fournisseur_identite/models/poussees.py:servir",
        "fournisseur_identite/requetes.py:abandonner",
        "fournisseur_identite/requetes.py:enregistrer",
        "mandats/models/projets.py:abandonner",
        "mandats/models/projets.py:identifier",
        "mandats/models/projets.py:ouvrir",
        "mandats/models/projets.py:renouveler",
    },
    "the code of a connection: `jeton_remis` and `utilisation` are written when it serves": {
        "fournisseur_identite/fins.py:clore_les_codes",
        "fournisseur_identite/models/connexions.py:bruler_code",
        "fournisseur_identite/models/connexions.py:fermer",
        "fournisseur_identite/models/connexions.py:poser_code",
    },
    "retention: each purge writes one entry for its whole batch": {
        "aidants/models/invitations.py:oublier",
        "aidants_connect/conservation.py:effacer_avec_suites",
        "usagers/models/usagers.py:anonymiser",
    },
    "the name that a person gives to their own factor": {"aidants/facteurs.py:renommer"},
    "counts, reports and texts of the site": {
        "aidants_connect/admin/traductions.py:__init__",
        "aidants_connect/models.py:finir",
        "aidants_connect/models.py:noter",
        "aidants_connect/models.py:reprendre",
        "aidants_connect/rechiffrement.py:_refaire",  # the same secret, under another key
        "aidants_connect/textes/__init__.py:charger",
        "usagers/models/passages.py:compter",
    },
    "typed on the server by who installs it, or made for the demo": {
        "aidants/models/aidants.py:creer",
        "aidants_connect/donnees_demo.py:_appareil",
        "aidants_connect/donnees_demo.py:_attacher",
        "aidants_connect/donnees_demo.py:_compte",
        "aidants_connect/donnees_demo.py:_service",
        "aidants_connect/donnees_demo.py:_structure",
        "fournisseur_identite/management/commands/creer_fs.py:handle",
    },
}
# A step of an act, and who does the act: that one writes the entry.
ETAPES = {
    "aidants/models/cartes.py:_creer": "aidants/models/cartes.py:importer",
    "mandats/models/autorisations.py:clore": "mandats/models/mandats.py:revoquer",
    "mandats/signature.py:_creer": "mandats/signature.py:_conclure",
}
EXEMPTES = {lieu for lieux in SANS_ENTREE.values() for lieu in lieux}


def test_every_verb_writes_the_journal_or_says_why_not() -> None:
    assert sans_entree(produit()) == EXEMPTES


@pytest.mark.parametrize(
    "fichier",
    ["mandats/models/mandats.py", "mandats/signature.py", "aidants/models/cartes.py",
     "aidants/models/appartenances.py"],
)  # fmt: skip
def test_verb_that_no_longer_writes_is_found(fichier: str) -> None:
    """The same source with its entries taken out."""
    muettes = list(lire((RACINE / fichier).read_text().replace("inscrire", "taire"), fichier))
    autres = [fonction for fonction in produit() if fonction.fichier != fichier]
    assert sans_entree([*autres, *muettes]) - EXEMPTES


NOUVEAU = """
def fermer_boutique(self, *, par):
    self.ouverte = False
    self.save(update_fields=["ouverte"])
"""


@pytest.mark.parametrize(
    ("source", "trouve"),
    [
        (NOUVEAU, True),
        (NOUVEAU + "    self.inscrire(FERMETURE, par=par)\n", False),
        (NOUVEAU.replace("self.save(update_fields=", "Boutique.objects.update(ouverte="), True),
        ("def compter(d):\n    d.update({1: 2})\n", False),
    ],
)
def test_new_verb_is_seen(source: str, trouve: bool) -> None:
    fonctions = [*produit(), *lire(source, "mandats/boutique.py")]
    assert bool(sans_entree(fonctions) - EXEMPTES) is trouve
