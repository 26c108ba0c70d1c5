"""The proof of a use on paper: one page, and a QR code that holds the whole proof."""

import json
from typing import Any, Final

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from aidants.demarches import DEMARCHES
from journal import examen
from journal.actions import ACTIONS
from journal.examen import Motif, PreuveLue
from journal.models import Entree
from journal.preuve import cles_publiees, composer
from mandats import recit
from mandats.durees import en_clair
from usagers.papier import imprimer
from usagers.tirages import TIRAGES

FEUILLE = "mandats/feuille_preuve.css"


def feuille(entree: Entree) -> bytes:
    """The PDF of the proof of a use; PasEncoreScellee as long as there is none.

    Any seal since then proves it: for ten minutes it is the same sheet, composed once.
    """
    return TIRAGES.donner(f"preuve {entree.acte}", lambda: _composer_feuille(entree))


def _composer_feuille(entree: Entree) -> bytes:
    octets = composer(entree, avec_sujet=True)
    lue = examen.examiner(octets, cles_publiees())  # no paper that the page would refuse
    contexte = {
        "passage": recit.passage(entree),
        "quand": en_clair(entree.instant),
        "usager": lue.sujet.get("usager_nom", ""),
        "lue": lue,
        "scelle": en_clair(lue.tete.instant),
        "tiers": lue.date_par_un_tiers and en_clair(lue.date_par_un_tiers),
        "racine": lue.tete.racine.hex(),
        "qr": code_qr(entree).svg_data_uri(scale=3, border=4),
        "adresse": adresse_de_la_page(),
        "marque_etat": settings.MARQUE_ETAT,
        "telephone": settings.TELEPHONE_SUPPORT,
        "site": settings.SITE_URL.partition("://")[2],
    }
    return imprimer(render_to_string("mandats/papier/preuve.html", contexte), feuille=FEUILLE)


def code_qr(entree: Entree) -> segno.QRCode:
    """The proof in a code, without its token; names too long to fit are left out of it."""
    try:
        return _coder(composer(entree, avec_sujet=True, avec_jeton=False))
    except segno.DataOverflowError:
        return _coder(composer(entree, avec_sujet=False, avec_jeton=False))


def _coder(octets: bytes) -> segno.QRCode:
    # Two segments: the address as bytes, the digits as digits; the library's hints know one.
    segments: Any = [f"{adresse_de_la_page()}#preuve=", examen.en_chiffres(octets)]
    return segno.make(segments, error="l", micro=False)


def adresse_de_la_page() -> str:
    return f"{settings.SITE_URL}{reverse('verifier_preuve')}"


# --- The page that checks -------------------------------------------------------------------------

CHAMPS: Final = {
    "quoi": "Ce qui est écrit",
    "quand": "Date",
    "structure": "Structure",
    "site": "Site",
    "demarche": "Démarche",
    "auteur": "Fait par",
    "usager": "Personne concernée",
    "scelle": "Scellé le",
    "tiers": "Daté par un tiers, d’après son jeton, le",
    "taille": "Lignes dans le journal",
    "racine": "Empreinte du journal",
    "cle": "Clé qui a signé",
}
COMMANDES: Final = """\
python3 -c "import base64, json
p = json.load(open('preuve.json', encoding='utf-8'))
open('note.txt', 'wb').write(p['note'].encode())
open('jeton.tsr', 'wb').write(base64.b64decode(p['jeton']))"
openssl ts -reply -in jeton.tsr -text
openssl ts -verify -in jeton.tsr -data note.txt -CAfile racine.pem
"""
REFUS: Final = {
    Motif.ILLISIBLE: (
        "Ce fichier n’est pas une preuve",
        "Nous ne savons pas le lire. Vérifiez que vous avez choisi le bon fichier.",
    ),
    Motif.CLE: (
        "Cette preuve n’est pas d’Aidants Connect",
        "Elle est signée, mais avec une clé qui n’est pas la nôtre. Ne lui faites pas confiance.",
    ),
    Motif.SIGNATURE: (
        "La signature est fausse",
        "Ce fichier a été changé, ou n’a jamais été signé. Ne lui faites pas confiance.",
    ),
    Motif.ARBRE: (
        "Cette ligne n’était pas dans le journal",
        "La date, le site ou la démarche ont été changés. Ne faites pas confiance à ce fichier.",
    ),
    Motif.PERSONNES: (
        "Les personnes ne sont pas les bonnes",
        "Un nom a été changé dans ce fichier. Ne lui faites pas confiance.",
    ),
    Motif.JETON: (
        "Le jeton d’horodatage n’est pas celui de cette preuve",
        "Il date autre chose, ou il a été changé. Ne faites pas confiance à ce fichier.",
    ),
}


def page(lue: PreuveLue | None) -> dict[str, Any]:
    """What the page shows and what its script must know: it asks for nothing more."""
    cles, valeurs = cles_publiees(), _en_mots(lue) if lue else {}
    mots = {
        "cles": cles,
        "actions": {action.cle: action.libelle for action in ACTIONS.values()},
        "demarches": {cle: demarche.titre for cle, demarche in DEMARCHES.items()},
    }
    return {
        "mots": json.dumps(mots),
        "cles": cles,
        "commandes": COMMANDES,
        "lignes": [(nom, titre, valeurs.get(nom, "")) for nom, titre in CHAMPS.items()],
        "refus": [(motif.value, *textes) for motif, textes in REFUS.items()],
    }


def _en_mots(lue: PreuveLue) -> dict[str, str]:
    entree = {nom: str(valeur) for nom, valeur in lue.entree.items()}
    action, demarche = ACTIONS.get(entree["action"]), DEMARCHES.get(entree["demarche"])
    return {
        "quoi": action.libelle if action else entree["action"],
        "quand": en_clair(lue.instant),
        "structure": entree["structure_nom"],
        "site": entree["fs_nom"],
        "demarche": demarche.titre if demarche else entree["demarche"],
        "auteur": lue.sujet.get("auteur_nom", ""),
        "usager": lue.sujet.get("usager_nom", ""),
        "scelle": en_clair(lue.tete.instant),
        "tiers": en_clair(lue.date_par_un_tiers) if lue.date_par_un_tiers else "",
        "taille": str(lue.tete.taille),
        "racine": lue.tete.racine.hex(),
        "cle": lue.cle,
    }
