"""The proof of one entry: a file that whoever receives it checks without us.

It holds the entry, its subject if the reader may have it, its place in the tree, the path to the
root, the signed head and the public key. It proves that this line stood in the journal that had
this root at that time; not that the act was lawful. `docs/verifier_preuve.py` checks it.
"""

import json
from datetime import UTC
from typing import Any

from django.db import connection

from journal.models import Entree, contenu_sujet_de
from journal.registre import Registre

FORMAT = "aidants-connect/preuve/1"


class PasEncoreScellee(Exception):
    """The entry has no leaf under a seal yet: ask again in a few seconds."""


def composer(entree: Entree, *, avec_sujet: bool) -> bytes:
    """Return the proof file (UTF-8 JSON, 2 to 4 kB)."""
    registre = Registre(connection)
    requete = "SELECT arbre, position FROM journal_feuille WHERE entree_id = %s"
    place = registre.lire(requete, entree.pk)
    sceau = registre.sceau_sur(*place[0]) if place else None
    if sceau is None:
        raise PasEncoreScellee(str(entree.acte))
    ((numero_arbre, position),) = place
    chemin = registre.chemin(numero_arbre, position, sceau.taille)
    preuve = {
        "format": FORMAT,
        "entree": contenu(entree),
        "ouverture": _ouverture(entree) if avec_sujet else None,
        "position": position,
        "chemin": [empreinte.hex() for empreinte in chemin],
        "note": sceau.note,
        "cle": _cle_de(registre, sceau.numero),
    }
    return json.dumps(preuve, ensure_ascii=False, indent=1).encode()


def contenu(entree: Entree) -> dict[str, Any]:
    """What the leaf is taken over: every column of the entry."""
    instant = entree.instant.astimezone(UTC)
    return {
        "id": entree.pk,
        "acte": str(entree.acte),
        "instant": instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "action": entree.action,
        "version": entree.version,
        "auteur_genre": entree.auteur_genre,
        "structure_ref": entree.structure_ref,
        "structure_nom": entree.structure_nom,
        "fs_ref": entree.fs_ref,
        "fs_nom": entree.fs_nom,
        "demarche": entree.demarche,
        "details": entree.details,
        "engagement": bytes(entree.engagement).hex(),
    }


def _ouverture(entree: Entree) -> dict[str, Any] | None:
    """The subject and its salt; None once retention has deleted it."""
    sujet = getattr(entree, "sujet", None)
    if sujet is None:
        return None
    return {"sel": bytes(sujet.sel).hex(), "sujet": contenu_sujet_de(sujet, entree.version)}


def _cle_de(registre: Registre, sceau: int) -> str:
    return next(cle.texte for cle, premier, _ in reversed(registre.cles()) if premier <= sceau)


def cles_publiees() -> list[str]:
    """The keys of this journal, the present one first: what a proof may be signed with."""
    return [cle.texte for cle, _, _ in reversed(Registre(connection).cles())]
