"""The proof of one entry: a file that whoever receives it checks without us.

It holds the entry, its subject if the reader may have it, its place in the tree, the path to the
root, the signed head and the public key. It proves that this line stood in the journal that had
this root at that time; not that the act was lawful. `docs/verifier_preuve.py` checks it.

Once an authority has dated a head over the line, the proof leads to that very head, and holds the
token: the date is then a third party's.
"""

import base64
import json
from datetime import UTC
from typing import Any

from django.db import connection

from journal.horodatage import GENRE, JetonInvalide, lire_sans_autorite
from journal.models import Entree, contenu_sujet_de
from journal.registre import LigneSceau, Registre

FORMAT = "aidants-connect/preuve/1"


class PasEncoreScellee(Exception):
    """The entry has no leaf under a seal yet: ask again in a few seconds."""


def composer(entree: Entree, *, avec_sujet: bool, avec_jeton: bool = True) -> bytes:
    """Return the proof file: UTF-8 JSON, 2 to 4 kB, and a token of 1 to 8 kB where there is one.

    Without its token (`avec_jeton`), the proof leads to the same head.
    """
    registre = Registre(connection)
    requete = "SELECT arbre, position FROM journal_feuille WHERE entree_id = %s"
    place = registre.lire(requete, entree.pk)
    sceau, jeton = _tete_sur(registre, *place[0]) if place else (None, None)
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
    if jeton and avec_jeton:
        preuve["jeton"] = base64.b64encode(jeton).decode()
    return json.dumps(preuve, ensure_ascii=False, indent=1).encode()


def _tete_sur(
    registre: Registre, numero_arbre: int, position: int
) -> tuple[LigneSceau | None, bytes | None]:
    """The first head over a leaf that an authority dated, with its token; else the last head."""
    for sceau, jeton in registre.sceau_date_sur(numero_arbre, position, GENRE):
        try:
            lire_sans_autorite(jeton, sceau.note)
        except JetonInvalide:  # finding J10: it would spoil a proof that is right
            break
        return sceau, jeton
    return registre.sceau_sur(numero_arbre, position), None


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
