"""The journal against what it tells of: an object without its line, or a line without its object
(finding J13 of a verification).

The apps above declare their comparisons (`settings.JOURNAL_RAPPROCHEMENTS`, dotted paths to lists
of `Rapprochement`): the journal imports none of them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from journal.constats import Constat
from journal.registre import Registre

_CLE = 16  # bytes of an UUID


@dataclass(frozen=True, kw_only=True)
class Rapprochement:
    """One comparison, both ways.

    `lignes` gives the id and the object's name of each line that has no such object. With a
    `verbe`, `objets` gives the UUID of each object that must have a line of `action`, whose act is
    drawn from it (`acte_de`), and whose name is `objet` and that UUID. Without, it gives the names
    of those whose line is missing.
    """

    nom: str
    objets: str
    lignes: str
    objet: str = ""
    verbe: str = ""
    action: str = ""
    lectures: dict[str, frozenset[str]] = field(default_factory=dict)  # table: columns


def tous() -> list[Rapprochement]:
    listes: list[Sequence[Rapprochement]] = [
        import_string(chemin) for chemin in settings.JOURNAL_RAPPROCHEMENTS
    ]
    return [rapprochement for liste in listes for rapprochement in liste]


def comparer(registre: Registre, comparaison: Rapprochement) -> Iterator[Constat]:
    sans_ligne, sans_objet = _ecarts(registre, comparaison)
    for nom in sans_ligne:
        yield Constat(code="J13", phrase=f"{comparaison.nom}: {nom}.", objet=nom)
    if not sans_objet:
        return
    for entree, nom in registre.lire(comparaison.lignes):
        phrase = f"{comparaison.nom}, reversed: the line stands without {nom}."
        yield Constat(code="J13", phrase=phrase, entree=entree, objet=nom)


def _ecarts(registre: Registre, comparaison: Rapprochement) -> tuple[list[str], bool]:
    """The objects without a line; and whether lines may be without an object.

    An act that is drawn from an object says which: where acts and objects answer one another, the
    lines need not be joined to their subjects. Erased persons leave lines without either.
    """
    if not comparaison.verbe:
        return [nom for (nom,) in registre.lire(comparaison.objets)], True
    requete = "SELECT acte FROM journal_entree WHERE action = %s"
    inscrits = _seaux(registre, requete, comparaison.action)
    attendus: list[bytearray] = [bytearray() for _ in range(256)]
    for seau in _seaux(registre, comparaison.objets):
        for cle in _cles(seau):
            acte = _acte(cle, comparaison.verbe.encode())
            attendus[acte[0]] += acte
    manquants, sans_objet = set(), False
    for voulus, presents in zip_longest(attendus, inscrits, fillvalue=b""):
        la, ici = set(_cles(voulus)), set(_cles(presents))
        manquants |= la - ici
        sans_objet = sans_objet or bool(ici - la)
    return _noms(registre, comparaison, manquants) if manquants else [], sans_objet


def _noms(registre: Registre, comparaison: Rapprochement, manquants: set[bytes]) -> list[str]:
    """The objects whose acts these would have been."""
    cles = (cle for seau in _seaux(registre, comparaison.objets) for cle in _cles(seau))
    verbe = comparaison.verbe.encode()
    trouvees = sorted(cle for cle in cles if _acte(cle, verbe) in manquants)
    return [f"{comparaison.objet} {UUID(bytes=cle)}" for cle in trouvees]


def _seaux(registre: Registre, requete: str, *valeurs: str) -> list[bytes]:
    """The UUIDs of a query, end to end, in 256 parts by their first byte: a set of one part at a
    time fits in any memory, and millions of them cross in 256 rows.
    """
    reunis = f"""
        SELECT get_byte(uuid_send(cle), 0), string_agg(uuid_send(cle), ''::bytea)
        FROM ({requete}) AS cles(cle) GROUP BY 1
    """  # noqa: S608 - our own queries
    parts = dict(registre.lire(reunis, *valeurs))
    return [bytes(parts.get(octet, b"")) for octet in range(256)]


def _cles(seau: bytes | bytearray) -> Iterator[bytes]:
    contenu = bytes(seau)
    return (contenu[debut : debut + _CLE] for debut in range(0, len(contenu), _CLE))


def _acte(cle: bytes, verbe: bytes) -> bytes:
    """The bytes of `journal.actes.acte_de` (RFC 9562, version 5), for a tenth of its price."""
    condense = hashlib.sha1(cle + verbe, usedforsecurity=False).digest()
    sixieme, huitieme = condense[6] & 0x0F | 0x50, condense[8] & 0x3F | 0x80
    return b"%b%c%b%c%b" % (condense[:6], sixieme, condense[7:8], huitieme, condense[9:_CLE])
