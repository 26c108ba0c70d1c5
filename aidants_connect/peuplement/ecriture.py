"""The acts of the country: journal lines, their subjects, connexions, and the sealed tree.

Slices of acts are written by several processes at once, each through a connection of its own; the
ids and the order are given beforehand, so that the tree is the one that the sealer would have
built, a seal by slice.
"""

import hmac
import json
import multiprocessing
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha1
from typing import Any

import psycopg

from aidants_connect.peuplement.noms import SERVICES
from aidants_connect.peuplement.pays import (
    Acte,
    Contrat,
    Pays,
    Perimetre,
    Personne,
    Usage,
    uuid_tire,
)
from aidants_connect.peuplement.tables import EMPREINTE_DOCUMENT, reference, service_id
from journal import lignes
from journal.arbre import Frontiere
from journal.lignes import LigneSujet
from journal.models import Entree
from journal.scelleur import Scelleur, annee_de

TRANCHE = 20_000
_ENTREE = (
    "COPY journal_entree (id, acte, instant, action, version, auteur_genre, structure_ref,"
    " structure_nom, fs_ref, fs_nom, demarche, details, engagement) FROM STDIN"
)
_SUJET = f"COPY journal_sujet (entree_id, {', '.join(LigneSujet._fields)}) FROM STDIN"
_DEMANDE = (
    "COPY fournisseur_identite_demandeautorisation (id, fs_id, parametres, demarches, cree_le)"
    " FROM STDIN"
)
_CONNEXION = (
    "COPY fournisseur_identite_connexion (id, demande_id, fs_id, aidant_id, structure_id,"
    " autorisation_id, scope, nonce, auth_time, cree_le, code_sha256, code_expire_le,"
    " code_servi_le, jeton_sha256, jeton_expire_le, jeton_servi_le, id_token_sha256) FROM STDIN"
)
TABLES = (
    "journal_entree", "journal_sujet", "journal_feuille", "journal_noeud",
    "fournisseur_identite_demandeautorisation", "fournisseur_identite_connexion",
)  # fmt: skip


@dataclass(frozen=True)
class Tranche:
    """Acts `[debut, fin)`, in one year."""

    debut: int
    fin: int
    instant: datetime  # of the last act


@dataclass(frozen=True)
class Chantier:
    """What the processes share: the acts, the first id, and how to connect."""

    pays: Pays
    premier: int
    graine: int
    connecter: Callable[[], psycopg.Connection[Any]]


_chantier: Chantier | None = None  # given to the processes by their birth, never copied


def tranches(actes: list[Acte]) -> Iterator[Tranche]:
    """Slices of at most `TRANCHE` acts; a tree ends with its year."""
    debut = 0
    while debut < len(actes):
        fin = min(debut + TRANCHE, len(actes))
        annee = annee_de(actes[debut][0])
        while annee_de(actes[fin - 1][0]) != annee:
            fin -= 1
        yield Tranche(debut, fin, actes[fin - 1][0])
        debut = fin


def ecrire(chantier: Chantier, scelleur: Scelleur, *, processus: int) -> Iterator[int]:
    """Write all the acts and seal them; yield the number of acts of each slice."""
    global _chantier  # noqa: PLW0603 - a forked process inherits it, a pickled one would copy it
    _chantier = chantier
    a_faire = list(tranches(chantier.pays.actes))
    frontiere, arbre = Frontiere(), 0
    with multiprocessing.get_context("fork").Pool(processus) as groupe:
        for tranche, empreintes in zip(a_faire, groupe.imap(_ecrire, a_faire), strict=True):
            avant = scelleur.registre.dernier_sceau()
            if annee_de(tranche.instant) != arbre:
                frontiere, arbre = Frontiere(), annee_de(tranche.instant)
            premier = chantier.premier + tranche.debut
            feuilles: list[tuple[int | None, bytes]] = list(
                enumerate(_decouper(empreintes), premier)
            )
            scelleur.sceller_feuilles(avant, arbre, frontiere, tranche.instant, feuilles)
            yield tranche.fin - tranche.debut
        groupe.close()  # the end of `with` would kill what is about to leave by itself
        groupe.join()


def _decouper(empreintes: bytes) -> Iterator[bytes]:
    return (empreintes[debut : debut + 32] for debut in range(0, len(empreintes), 32))


def _ecrire(tranche: Tranche) -> bytes:
    """In a process of its own: write a slice; return the hashes of its leaves, end to end."""
    if _chantier is None:
        raise RuntimeError("This runs in a process born of `ecrire`.")
    bloc = _Bloc(_chantier, random.Random(f"{_chantier.graine}-{tranche.debut}"))  # noqa: S311 - data, not secrets
    for rang in range(tranche.debut, tranche.fin):
        bloc.ajouter(_chantier.premier + rang, *_chantier.pays.actes[rang])
    with _chantier.connecter() as connexion, connexion.cursor() as curseur:
        for ordre, textes in bloc.textes.items():
            with curseur.copy(ordre) as copie:
                copie.write("".join(textes))
    return b"".join(bloc.empreintes)


class _Bloc:
    """The lines of a slice, as COPY reads them.

    It runs once an act, millions of times: tuples and texts made beforehand, no object by line.
    """

    def __init__(self, chantier: Chantier, hasard: random.Random) -> None:
        self.pays, self.hasard = chantier.pays, hasard
        self.textes: dict[str, list[str]] = {o: [] for o in (_DEMANDE, _CONNEXION, _ENTREE, _SUJET)}
        self.empreintes: list[bytes] = []

    def ajouter(self, cle: int, instant: datetime, action: str, objet: Any) -> None:
        genre, auteur, lieu, details, acte, sur, fs = _DIRE[action](self, objet)
        usager_ref, usager_nom, mandat_ref, autorisation_ref, demarche, connexion_ref = sur
        sel = self.hasard.randbytes(32)
        sujet = (
            auteur.id, auteur.nom_complet, "", "", usager_ref, usager_nom, mandat_ref,
            autorisation_ref, connexion_ref, "", sel.hex(),
        )  # fmt: skip
        contenu = lignes.contenu_sujet(sujet, _VERSION)
        quand = instant.isoformat(timespec="microseconds")[:26] + "Z"  # in UTC already
        entree = (
            cle, acte, quand, action, _VERSION, genre, lieu.id, lieu.nom, *fs, demarche, details,
            hmac.digest(sel, contenu, "sha256").hex(),
        )  # fmt: skip
        self.empreintes.append(lignes.feuille(entree))
        self.textes[_ENTREE].append(_LIGNE_ENTREE % entree)
        self.textes[_SUJET].append(_LIGNE_SUJET % (cle, *sujet))
        if action == "jeton_remis":
            self._connexion(objet, quand)

    def _connexion(self, usage: Usage, instant: str) -> None:
        """A use that ended well: its code served, its token spent."""
        fs, lieu = _service(self.pays, usage.service), usage.perimetre.contrat.usager.lieu.id
        demarche, tire = usage.perimetre.demarche, self.hasard.randbytes(96).hex()
        self.textes[_DEMANDE].append(f"{usage.demande}\t{fs}\t{{}}\t{{{demarche}}}\t{instant}\n")
        self.textes[_CONNEXION].append(
            f"{usage.id}\t{usage.demande}\t{fs}\t{usage.aidant.id}\t{lieu}\t{usage.perimetre.id}"
            f"\topenid\t\t{instant}\t{instant}\t{tire[:64]}\t{instant}\t{instant}"
            f"\t{tire[64:128]}\t{instant}\t{instant}\t{tire[128:]}\n"
        )

    # --- What each act says: who did it, where, its details, its id, about what, on which site ---

    def connexion(self, aidant: Personne) -> "_Dit":
        acte = uuid_tire(self.hasard)
        return "aidant", aidant, aidant.lieu, "{}", acte, _SUR_RIEN, _SANS_SITE

    def signature(self, contrat: Contrat) -> "_Dit":
        details = {
            "nombre": len(contrat.perimetres), "duree": contrat.duree, "mode": "ecrite",
            "reference": reference(contrat.rang), "empreinte_pdf": EMPREINTE_DOCUMENT,
        }  # fmt: skip
        return (
            "aidant", contrat.aidant, contrat.usager.lieu, json.dumps(details),
            uuid_tire(self.hasard), _sur(contrat), _SANS_SITE,
        )  # fmt: skip

    def creation(self, perimetre: Perimetre) -> "_Dit":
        contrat = perimetre.contrat
        return (
            "aidant", contrat.aidant, contrat.usager.lieu,
            json.dumps({"fin": contrat.fin.isoformat()}), acte_en_texte(perimetre.id, "creation"),
            _sur(contrat, perimetre), _SANS_SITE,
        )  # fmt: skip

    def retrait(self, perimetre: Perimetre) -> "_Dit":
        usager, acte = perimetre.contrat.usager, acte_en_texte(perimetre.id, "revocation")
        sur = _sur(perimetre.contrat, perimetre)
        return "usager", usager, usager.lieu, _RETRAIT, acte, sur, _SANS_SITE

    def revocation(self, contrat: Contrat) -> "_Dit":
        usager, acte = contrat.usager, acte_en_texte(contrat.id, "revocation")
        return "usager", usager, usager.lieu, _RETRAIT, acte, _sur(contrat), _SANS_SITE

    def jeton(self, usage: Usage) -> "_Dit":
        return self._usage(usage, "jeton_remis")

    def utilisation(self, usage: Usage) -> "_Dit":
        return self._usage(usage, "utilisation")

    def _usage(self, usage: Usage, verbe: str) -> "_Dit":
        aidant, sur = usage.aidant, _sur(usage.perimetre.contrat, usage.perimetre, usage.id)
        site = _SITES[usage.service]
        return "aidant", aidant, aidant.lieu, _ACR, acte_en_texte(usage.id, verbe), sur, site


_Sur = tuple[str, str, str, str, str, str]
_Dit = tuple[str, Personne, Any, str, str, _Sur, tuple[str, str]]
_VERSION = Entree.VERSION
_LIGNE_ENTREE = "\t".join(["%s"] * 12) + "\t\\\\x%s\n"
_LIGNE_SUJET = "\t".join(["%s"] * 11) + "\t\\\\x%s\n"
_RETRAIT = json.dumps({"par": "usager", "moyen": "code", "motif": ""})
_ACR = json.dumps({"acr": "eidas1"})
_SUR_RIEN: _Sur = ("", "", "", "", "", "")
_SANS_SITE = ("", "")
_SITES = [(service_id(rang), nom) for rang, (_, nom, _) in enumerate(SERVICES)]
_DIRE: dict[str, Callable[[_Bloc, Any], _Dit]] = {
    "connexion": _Bloc.connexion,
    "signature": _Bloc.signature,
    "autorisation_creee": _Bloc.creation,
    "autorisation_revoquee": _Bloc.retrait,
    "mandat_revoque": _Bloc.revocation,
    "jeton_remis": _Bloc.jeton,
    "utilisation": _Bloc.utilisation,
}


def _sur(contrat: Contrat, perimetre: Perimetre | None = None, connexion: str = "") -> _Sur:
    usager = contrat.usager
    if perimetre is None:
        return usager.id, usager.nom_complet, contrat.id, "", "", connexion
    cle, demarche = perimetre.id, perimetre.demarche
    return usager.id, usager.nom_complet, contrat.id, cle, demarche, connexion


@cache
def _service(pays: Pays, rang: int) -> str:
    return pays.service(rang)


def acte_en_texte(chose: str, verbe: str) -> str:
    """`journal.actes.acte_de`, from a text to a text; a test holds both to the same ids."""
    condense = sha1(bytes.fromhex(chose.replace("-", "")) + verbe.encode(), usedforsecurity=False)
    chiffres = condense.hexdigest()
    variante = "89ab"[int(chiffres[16], 16) & 3]
    return (
        f"{chiffres[:8]}-{chiffres[8:12]}-5{chiffres[13:16]}-{variante}{chiffres[17:20]}"
        f"-{chiffres[20:32]}"
    )
