"""A mandat is whole, stays what was signed, and is kept six years: PostgreSQL refuses the rest.

In SQL, from the application's role: whatever the code above does, this holds.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from journal.retention import il_y_a
from mandats.conservation import ANNEES
from mandats.models import Mandat
from tests.aidants_connect.passe import mandat_fini
from tests.journal.registre_de_test import executer

pytestmark = pytest.mark.django_db
COPIE = """
INSERT INTO mandats_mandat
SELECT (jsonb_populate_record(m, jsonb_build_object(
    'id', gen_random_uuid(), 'reference', 'AC-2222-3333', 'localisateur', '22222'))).*
FROM mandats_mandat m
"""
DOCUMENT = """
INSERT INTO mandats_attestation (mandat_id, octets_chiffres, sha256, modele, creee_le)
SELECT id, '\\x00', 'x', 'x', now() FROM mandats_mandat WHERE reference = 'AC-2222-3333'
"""


@transaction.atomic
def tout(*ordres: str) -> None:
    """In one transaction, what is checked at its end included."""
    for ordre in (*ordres, "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"):
        executer(ordre)


def refuser(regle: str, *ordres: str) -> None:
    with pytest.raises(IntegrityError, match=regle):
        tout(*ordres)


def test_the_role_is_the_applications() -> None:
    assert executer("SELECT current_user") == [("ac_app",)]
    assert executer("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]


@pytest.mark.usefixtures("mandat")
@pytest.mark.parametrize("ensuite", [(), (DOCUMENT,)], ids=["no document", "no perimeter"])
def test_mandat_comes_with_its_document_and_a_perimeter(ensuite: tuple[str, ...]) -> None:
    refuser("mandat_entier", COPIE, *ensuite)


@pytest.mark.usefixtures("mandat")
@pytest.mark.parametrize("ordre", ["sha256 = 'x'", "modele = 'x'", "creee_le = now()"])
def test_document_does_not_change(ordre: str) -> None:
    refuser("attestation_figee", f"UPDATE mandats_attestation SET {ordre}")  # noqa: S608 - ours


@pytest.mark.usefixtures("mandat")
def test_document_stays_with_its_mandat() -> None:
    refuser("mandat_entier", "DELETE FROM mandats_attestation")


def test_document_passes_under_another_key(mandat: Mandat) -> None:
    executer("UPDATE mandats_attestation SET octets_chiffres = '\\x01'")
    mandat.attestation.refresh_from_db()
    assert bytes(mandat.attestation.octets_chiffres) == b"\x01"


@pytest.mark.parametrize("jours", [1, 400, ANNEES * 365])
def test_authorisation_is_kept_the_years_of_the_rule(jours: int) -> None:
    """Six, which stand in the guard too: the test below goes a day beyond."""
    mandat_fini(il_y_a(ANNEES, timezone.now()) + timedelta(days=jours))
    refuser("mandat_conserve", "DELETE FROM mandats_autorisation")


def test_running_mandat_cannot_be_deleted(mandat: Mandat) -> None:
    assert mandat.est_actif
    refuser("mandat_conserve", "DELETE FROM mandats_autorisation")
    refuser("mandats_autorisation", "DELETE FROM mandats_mandat")


def test_perimeter_of_an_old_mandat_goes_with_it_only() -> None:
    """A day after those years the guard of the years lets go: another one speaks."""
    mandat_fini(il_y_a(ANNEES, timezone.now()) - timedelta(days=1))
    refuser("mandat_entier", "DELETE FROM mandats_autorisation WHERE demarche = 'social'")


@pytest.mark.usefixtures("mandat")
def test_guards_cannot_be_lowered_by_the_application() -> None:
    for ordre in (
        "ALTER TABLE mandats_mandat DISABLE TRIGGER USER",
        "DROP FUNCTION mandats_conserver() CASCADE",
        "TRUNCATE mandats_mandat CASCADE",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            executer(ordre)


def test_each_guard_is_always_enabled() -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal"
            " AND tgrelid::regclass::text LIKE 'mandats_%' ORDER BY 1"
        )
        gardes = dict(curseur.fetchall())
    assert gardes == dict.fromkeys(
        ["attestation_avec_son_mandat", "attestation_figee", "autorisation_avec_son_mandat",
         "autorisation_conservee", "mandat_entier"], "A",
    )  # fmt: skip
