"""The made-up country: the same from the same seed, and true to the journal's own rules."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from aidants_connect.peuplement import ecriture
from aidants_connect.peuplement.copie import sans_entraves
from aidants_connect.peuplement.ecriture import acte_en_texte
from aidants_connect.peuplement.pays import FIDELE, GRANDE, MOYENNE, Effectifs, Pays
from aidants_connect.postgresql_embarque import serveur
from journal.actes import acte_de
from tests.conftest import ROLE
from tests.serveurs import PATIENCE

RACINE = Path(__file__).resolve().parents[2]
FIN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def pays(graine: int = 1, facteur: float = 0.02) -> Pays:
    return Pays(Effectifs.pour(facteur), graine=graine, fin=FIN)


def test_same_seed_gives_the_same_country() -> None:
    un, deux = pays(), pays()
    assert [(a, b) for a, b, _ in un.actes] == [(a, b) for a, b, _ in deux.actes]
    assert [c.id for c in un.contrats] == [c.id for c in deux.contrats]
    assert [c.id for c in un.contrats] != [c.id for c in pays(graine=2).contrats]


def test_acts_are_in_order_within_the_life_of_what_they_tell() -> None:
    ici = pays()
    instants = [acte[0] for acte in ici.actes]
    assert instants == sorted(instants)
    for usage in ici.usages:
        contrat = usage.perimetre.contrat
        assert contrat.signe_le <= usage.instant <= min(contrat.ouvert_jusqua, FIN)
        assert usage.aidant.lieu is contrat.usager.lieu


def test_person_has_one_open_autorisation_of_each_kind_in_a_structure() -> None:
    ouvertes = Counter(
        (c.usager.id, p.demarche)
        for c in pays().contrats
        for p in c.perimetres
        if c.revoque_le is None and c.fin > FIN
    )
    assert set(ouvertes.values()) == {1}


def test_extremes_that_pages_must_bear_are_there() -> None:
    ici = pays(facteur=0.1)
    par_lieu = Counter(id(u.lieu) for u in ici.usagers)
    assert par_lieu[id(ici.lieux[GRANDE])] == 500
    assert par_lieu[id(ici.lieux[MOYENNE])] >= 200
    assert max(Counter(c.usager.id for c in ici.contrats).values()) == FIDELE


def test_id_of_an_act_is_that_of_the_journal() -> None:
    for usage in pays().usages[:50]:
        attendu = acte_de(UUID(usage.id), "jeton_remis")
        assert acte_en_texte(usage.id, "jeton_remis") == str(attendu)
        assert UUID(usage.id).version == 4


_MURS = """
SELECT 'index', indexname::text, indexdef FROM pg_indexes WHERE tablename = ANY(%(t)s)
UNION ALL SELECT 'key', conname::text, conrelid::regclass || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'guard', tgname::text, tgenabled::text FROM pg_trigger
WHERE NOT tgisinternal ORDER BY 1, 2, 3
"""


@pytest.mark.django_db
def test_what_was_lifted_is_put_back_as_it_was() -> None:
    noms = ["mandats_mandat", *ecriture.TABLES]
    connection.ensure_connection()
    base = connection.connection
    base.execute("RESET ROLE")  # the owner's
    avant = base.execute(_MURS, {"t": noms}).fetchall()
    with sans_entraves(base, noms):
        assert len(base.execute(_MURS, {"t": noms}).fetchall()) < len(avant) - 20
    assert base.execute(_MURS, {"t": noms}).fetchall() == avant
    base.execute(f"SET ROLE {ROLE}")


@pytest.fixture
def environnement(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {**os.environ, "AC_DOSSIER_DONNEES": str(tmp_path)}
    shutil.rmtree(serveur.dossier(tmp_path), ignore_errors=True)


def manage(environnement: dict[str, str], *commande: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *commande],
        cwd=RACINE, env=environnement, capture_output=True, text=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip


def test_country_in_a_database_passes_the_journal_s_verification(
    environnement: dict[str, str],
) -> None:
    fait = manage(environnement, "peupler", "--facteur", "0.002")
    assert "60 usagers" in fait.stdout, fait.stdout + fait.stderr
    assert manage(environnement, "sceller", "--une-fois").returncode == 0
    verifie = manage(environnement, "verifier_journal")
    assert "Nothing found" in verifie.stdout, verifie.stdout + verifie.stderr
    encore = manage(environnement, "peupler", "--facteur", "0.002")
    assert encore.returncode != 0
    assert "an empty one is needed" in encore.stderr
