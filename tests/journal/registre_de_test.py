"""A journal to seal, to verify and to tamper with, under the roles of production."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from aidants_connect.postgresql_embarque import serveur
from journal.actions import IDENTIFICATION
from journal.actions_comptes import CONNEXION
from journal.canonique import TAILLE_SEL, engagement
from journal.constats import Constat
from journal.models import PLATEFORME, Auteur, Cadre, Concerne, Entree, contenu_sujet
from journal.murs import ROLE_AUDIT, ROLE_SCEAU, TABLES
from journal.note import Plume
from journal.registre import Registre
from journal.scelleur import Scelleur
from journal.verification import Verification
from tests.journal.autorite import Autorite

PLUME = Plume(settings.CLE_SCEAU)


def executer(ordre: str, *valeurs: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs or None)
        return curseur.fetchall() if curseur.description else []


@contextmanager
def role(nom: str) -> Iterator[None]:
    executer(f"SET ROLE {nom}" if nom else "RESET ROLE")
    try:
        yield
    finally:
        executer(f"SET ROLE {serveur.ROLE_APPLICATION}")


def garnir(nombre: int, hasard: random.Random) -> list[int]:
    """Write lines of two kinds, each with its subject; return their ids."""
    return [_une_ligne(hasard) for _ in range(nombre)]


def _une_ligne(hasard: random.Random) -> int:
    acte = UUID(int=hasard.getrandbits(128))
    if hasard.random() < 0.3:
        return Entree.objects.inscrire(CONNEXION, acte=acte, par=PLATEFORME)
    usager = str(UUID(int=hasard.getrandbits(128)))
    return Entree.objects.inscrire(
        IDENTIFICATION,
        acte=acte,
        par=Auteur(genre="aidant", ref=str(acte), nom="Camille “D'URAND”\t\\N\n"),
        cadre=Cadre(structure_nom="Maison\\de é\u2028", fs_nom='CAF "Nord"', demarche="social"),
        concerne=Concerne(usager_ref=usager, usager_nom="Angèle 🙂", connexion_ref=""),
        details={"but": "signature"},
    )


def sceller(plume: Plume = PLUME, precedente: Plume | None = None, lot: int = 5000) -> int:
    with role(ROLE_SCEAU):
        return Scelleur(connection, plume, precedente).passer(lot)


def verifier(**options: Any) -> list[Constat]:
    with role(ROLE_AUDIT):
        return list(Verification(Registre(connection), **{"cle": PLUME.cle, **options}).constats())


def verser(nombre: int, hasard: random.Random) -> None:
    """Write many lines at once, by COPY and as the owner; PostgreSQL still dates them."""
    ((dernier,),) = executer("SELECT coalesce(max(id), 0) FROM journal_entree")
    with connection.cursor() as curseur:
        sujets = []
        with curseur.copy(
            "COPY journal_entree (id, acte, action, version, auteur_genre, structure_ref,"
            " structure_nom, fs_ref, fs_nom, demarche, details, engagement) FROM STDIN"
        ) as copie:
            for cle in range(dernier + 1, dernier + nombre + 1):
                entree, sujet = _ligne_versee(cle, hasard)
                copie.write_row(entree)
                sujets.append(sujet)
        with curseur.copy(
            "COPY journal_sujet (entree_id, auteur_ref, auteur_nom, aidant_ref, aidant_nom,"
            " usager_ref, usager_nom, mandat_ref, autorisation_ref, connexion_ref, precision, sel)"
            " FROM STDIN"
        ) as copie:
            for sujet in sujets:
                copie.write_row(sujet)
        curseur.execute(
            "SELECT setval(pg_get_serial_sequence('journal_entree', 'id'), %s)", [dernier + nombre]
        )


def _ligne_versee(cle: int, hasard: random.Random) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    acte, sel = UUID(int=hasard.getrandbits(128)), hasard.randbytes(TAILLE_SEL)
    par = Auteur(genre="aidant", ref=str(UUID(int=cle % 500)), nom="Camille DURAND")
    usager = str(UUID(int=cle % 5000))
    concerne = Concerne(usager_ref=usager, usager_nom="Angèle DUBOIS", mandat_ref=str(acte))
    contenu = contenu_sujet(par, concerne)
    structure = str(UUID(int=cle % 40))
    entree = (
        cle, acte, "identification", 2, "aidant", structure, "Maison de services de Lens", "caf",
        "Caisse d’allocations familiales", "social", '{"but": "signature"}',
        engagement(sel, contenu),
    )  # fmt: skip
    return entree, (cle, *contenu.values(), sel)


def forcer(ordre: str, *valeurs: Any) -> list[tuple[Any, ...]]:
    """What somebody with the owner's password can do: lower the walls, and raise them again."""
    with role(""):
        executer("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            executer(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        rendu = executer(ordre, *valeurs)
        for table in TABLES:
            _relever(table)
        executer("SET CONSTRAINTS ALL DEFERRED")
    return rendu


def _relever(table: str) -> None:
    noms = executer(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", table
    )
    for (nom,) in noms:
        executer(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {nom}")


def notes() -> list[str]:
    return [note for (note,) in executer("SELECT note FROM journal_sceau ORDER BY numero")]


def dater(autorite: Autorite) -> None:
    """Have the last head dated, as the sealer does each day."""
    ((numero, note),) = executer(
        "SELECT numero, note FROM journal_sceau ORDER BY numero DESC LIMIT 1"
    )
    jeton = autorite.dater(note)
    with role(ROLE_SCEAU):
        executer(
            "INSERT INTO journal_temoin (sceau, genre, instant, contenu)"
            " VALUES (%s, 'rfc3161', clock_timestamp(), %s)", numero, jeton,
        )  # fmt: skip


def poser_un_temoin() -> int:
    """A seal and a token over it, whatever they say; their common number."""
    ((numero,),) = executer("SELECT coalesce(max(numero), 0) + 1 FROM journal_sceau")
    with role(ROLE_SCEAU):
        executer(
            "INSERT INTO journal_sceau (numero, arbre, taille, racine, precedent, instant, note)"
            " VALUES (%s, 2026, 1, sha256('x'), '', now(), 'note')", numero,
        )  # fmt: skip
    forcer(
        "INSERT INTO journal_temoin (numero, sceau, genre, instant, contenu)"
        " VALUES (%s, %s, 'rfc3161', now(), 'x')", numero, numero,
    )  # fmt: skip
    return int(numero)
