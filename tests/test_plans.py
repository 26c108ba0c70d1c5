"""The hottest queries can be answered by their indexes: PostgreSQL reads a whole large table only
when it chooses to, never because it has to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from aidants.models import Aidant, Structure
from journal.models import Entree, Sujet
from journal.parcours import BORNES
from mandats import annuaire
from mandats.models import Autorisation, Mandat
from tests.factories import MandatFactory

pytestmark = pytest.mark.django_db
REF = "00000000-0000-4000-8000-000000000000"
GRANDES = (
    "mandats_mandat", "mandats_autorisation", "usagers_usager", "journal_entree", "journal_sujet",
    "fournisseur_identite_connexion", "aidants_aidant",
)  # fmt: skip


@pytest.fixture
def structure() -> Structure:
    structure: Structure = MandatFactory().structure
    return structure


def plan(requete: QuerySet[Any], *, sans: tuple[str, ...] = ("seqscan",)) -> str:
    """How PostgreSQL would answer, when it reads whole tables only where nothing else is left."""
    sql, valeurs = requete.query.sql_with_params()
    with connection.cursor() as curseur:
        for moyen in sans:
            curseur.execute(f"SET LOCAL enable_{moyen} = off")
        curseur.execute(f"EXPLAIN {sql}", valeurs)
        return "\n".join(ligne for (ligne,) in curseur.fetchall())


def _cherchees(_: Structure) -> QuerySet[Any]:
    sujets = Sujet.objects.filter(auteur_ref__in=[REF]).values("pk")
    dedans = Entree.objects.de_structures([REF]).order_by().values("pk")
    return Entree.objects.filter(pk__in=sujets.union(dedans))[:50]


def _mois() -> Any:
    return timezone.now() - timedelta(days=30)


REQUETES: dict[str, Callable[[Structure], QuerySet[Any]]] = {
    "the people of a structure": lambda s: annuaire.personnes_de(s)[:501],
    "one name among them": lambda s: annuaire.personnes_de(s, "roux")[:501],
    "a page of them": lambda s: annuaire.usagers_de(s).filter(pk__in=[REF]),
    "who may be helped in a use": lambda s: annuaire.personnes_a_aider(s, ["logement"])[:501],
    "the mandats of a structure": lambda s: annuaire.mandats_de(s)[:20],
    "the mandats of the country": lambda _: Mandat.objects.all()[:50],
    "the last logins of the country": lambda _: Aidant.objects.exclude(last_login=None).order_by(
        "-last_login"
    )[:5],
    "ends that are near": lambda _: Mandat.objects.a_rappeler()[:100],
    "the journal": lambda _: Entree.objects.select_related("sujet")[:50],
    "one structure's journal": lambda _: Entree.objects.de_structures([REF])[:50],
    "one action of the journal": lambda _: Entree.objects.filter(action="mandat_revoque")[:50],
    "a name searched in the journal": _cherchees,
    "one account's journal": lambda _: Entree.objects.de_personnes([REF])[:50],
    "what a person reads of it": lambda s: Entree.objects.pour_usager(s.pk).utilisations()[:10],
    "uses of the month": lambda _: (
        Entree.objects.jetons().filter(instant__gte=_mois()).order_by().values("pk")
    ),
    "the open authorisations of a person": lambda s: (
        Autorisation.objects.actives().de(s).filter(usager=s.pk)
    ),
}


@pytest.mark.parametrize("nom", REQUETES)
def test_query_has_an_index(structure: Structure, nom: str) -> None:
    vu = plan(REQUETES[nom](structure))
    assert not [table for table in GRANDES if f"Seq Scan on {table}" in vu], vu


def test_lines_of_an_account_are_found_in_the_index_alone() -> None:
    """A row of the subjects' table is read for none of them: one name may be of 200,000 lines."""
    lignes = Sujet.objects.order_by().filter(auteur_ref=REF).values("entree_id")
    vu = plan(lignes, sans=("seqscan", "bitmapscan"))
    assert "Index Only Scan using sujet_par_auteur" in vu, vu


def test_ids_of_a_lot_of_leaves_are_read_by_its_positions() -> None:
    """The index of ids would be walked from the journal's first entry, for each lot of it."""
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
        curseur.execute(f"EXPLAIN {BORNES}", {"arbre": 2026, "debut": 50_000, "fin": 100_000})
        vu = "\n".join(ligne for (ligne,) in curseur.fetchall())
    assert "journal_feuille_pkey" in vu, vu
    assert "entree_id_key" not in vu, vu


@pytest.mark.parametrize(
    "table", ["journal_entree", "journal_sujet", "mandats_mandat", "mandats_autorisation"]
)
def test_what_is_read_in_an_index_alone_is_vacuumed_early(table: str) -> None:
    """Otherwise up to a fifth of it is read in the table too, row by row."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT reloptions FROM pg_class WHERE oid = %s::regclass", [table])
        ((reglages,),) = curseur.fetchall()
    assert any(r.startswith("autovacuum_vacuum_insert_scale_factor=0.0") for r in reglages)


SANS_TRI = (
    "the people of a structure",
    "one name among them",
    "who may be helped in a use",
    "the mandats of the country",
    "the last logins of the country",
    "the journal",
    "one action of the journal",
)


@pytest.mark.parametrize("nom", SANS_TRI)
def test_page_comes_in_the_order_of_its_index(structure: Structure, nom: str) -> None:
    assert "Sort" not in plan(REQUETES[nom](structure), sans=("seqscan", "sort", "bitmapscan"))
