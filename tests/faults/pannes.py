"""A failure after the n-th statement of an act, and what the database then holds."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.core import mail
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.transaction import Atomic
from django.test import TestCase

from aidants_connect.postgresql_embarque import serveur
from tests.faults.releve import FACTEUR
from tests.journal.registre_de_test import executer, role

MANOEUVRES = re.compile(r"\s*(SAVEPOINT|RELEASE|ROLLBACK)", re.IGNORECASE)
# To fail after a read leaves what the write before it left: the long run alone tries those too.
LECTURES = re.compile(r"\s*SELECT", re.IGNORECASE)
A_PART = frozenset({"django_migrations"})
# What a refusal counts, and where a browser stands, are not the act.
AUTOUR = frozenset({"aidants_echec", "aidants_session", "fournisseur_identite_debit"})


@dataclass
class Geste:
    """An act that can be tried again and again, and the line that it writes.

    `faire` reads its objects anew at each try. `suivi`: something follows the commit of the act,
    the answer of a request or another batch, and may fail after it; the act is then there whole.
    """

    faire: Callable[[], Any]
    suivi: bool = False
    role: str = ""  # when it is not the application's


@dataclass
class Panne:
    """Let `rang` statements pass, then fail: the last one was done, nobody was told."""

    rang: int
    vues: int = 0
    arrivee: bool = field(default=False, init=False)

    def __call__(
        self, executer: Callable[..., Any], sql: Any, params: Any, many: bool, contexte: Any
    ) -> Any:
        resultat = executer(sql, params, many, contexte)
        passe = MANOEUVRES.match(sql) or (FACTEUR == 1 and LECTURES.match(sql))
        if not passe:
            self.vues += 1
            if self.vues == self.rang:
                self.arrivee = True
                raise OperationalError("the connection was lost")
        return resultat


def tables() -> list[str]:
    with connection.cursor() as curseur:
        noms = connection.introspection.table_names(curseur)
    return [nom for nom in noms if nom not in A_PART]


def empreintes() -> dict[str, str]:
    """A digest of every row of every table, by table."""
    sommes = [
        f"SELECT '{nom}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"  # noqa: S608 - our own tables
        f' FROM "{nom}" t'
        for nom in tables()
    ]
    with connection.cursor() as curseur:
        curseur.execute(" UNION ALL ".join(sommes))
        return dict(curseur.fetchall())


def inscrites(depuis: int) -> list[str]:
    """The actions written after the entry `depuis`."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT action FROM journal_entree WHERE id > %s ORDER BY id", [depuis])
        return [action for (action,) in curseur.fetchall()]


def derniere() -> int:
    with connection.cursor() as curseur:
        curseur.execute("SELECT coalesce(max(id), 0) FROM journal_entree")
        return int(curseur.fetchall()[0][0])


@dataclass(frozen=True)
class Essai:
    """What a try left behind, had it been alone: tables changed, lines written, mails sent."""

    arrivee: bool  # the failure came: the act has fewer statements otherwise
    tables: list[str]
    lignes: list[str]
    courriels: int
    reponse: Any

    @property
    def rien(self) -> bool:
        return not (self.tables or self.lignes or self.courriels)


def essayer(geste: Geste, rang: int = 0) -> Essai:
    """Try the act with a failure after `rang` statements, never for 0; then undo the try.

    What the commit promised is done before it is undone: a mail that leaves is seen.
    """
    mail.outbox.clear()
    avant, depuis, panne = empreintes(), derniere(), Panne(rang)
    with transaction.atomic():
        with (
            TestCase.captureOnCommitCallbacks(execute=True),
            role(geste.role or serveur.ROLE_APPLICATION),
        ):
            reponse = _faire(geste, panne)
        apres = empreintes()
        essai = Essai(
            arrivee=panne.arrivee,
            tables=sorted(n for n in apres if apres[n] != avant[n] and n not in AUTOUR),
            lignes=inscrites(depuis),
            courriels=len(mail.outbox),
            reponse=reponse,
        )
        transaction.set_rollback(True)
    return essai


_entrer_comme_django = Atomic.__enter__


def _entrer(bloc: Atomic) -> None:
    """A write that is a transaction of its own when no test surrounds it is undone alone here."""
    bloc.savepoint = True
    _entrer_comme_django(bloc)


def _faire(geste: Geste, panne: Panne) -> Any:
    with connection.execute_wrapper(panne), mock.patch.object(Atomic, "__enter__", _entrer):
        try:
            return geste.faire()
        except DatabaseError as erreur:
            return erreur


@contextmanager
def refuser(action: str) -> Iterator[None]:
    """A trigger of the owner that refuses the lines of one action, until the end."""
    with role(""):
        executer(_REFUSER.format(action=action))
    try:
        yield
    finally:
        with role(""):
            executer("DROP TRIGGER a_panne ON journal_entree")


_REFUSER = """
CREATE OR REPLACE FUNCTION pg_temp.refuser() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'this row is marked'; END $$;
CREATE TRIGGER a_panne BEFORE INSERT ON journal_entree FOR EACH ROW
    WHEN (NEW.action = '{action}') EXECUTE FUNCTION pg_temp.refuser();
"""
