"""What a monitor collects: for its token alone, without a name, and across the workers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from journal.etat import ALARMES
from mandats.models import Mandat
from tests.factories import MandatFactory

JETON = "un-jeton-de-surveillance"
PORTEUR = {"Authorization": f"Bearer {JETON}"}
RACINE = Path(settings.BASE_DIR)


@pytest.fixture
def ouvert(settings: Any) -> None:
    settings.METRIQUES_JETON = JETON


def releve(texte: str) -> Iterator[tuple[str, dict[str, str], float]]:
    for famille in text_string_to_metric_families(texte):
        for mesure in famille.samples:
            yield mesure.name, dict(mesure.labels), mesure.value


def comptees(texte: str, vue: str) -> float:
    nom = "aidants_connect_requete_secondes_count"
    return sum(v for n, e, v in releve(texte) if n == nom and e["vue"] == vue)


@pytest.mark.parametrize("porteur", ["", "Bearer ", "Bearer autre", f"Basic {JETON}", JETON])
def test_nobody_reads_without_the_token(
    client: Client, db: None, ouvert: None, porteur: str
) -> None:
    assert client.get("/metriques", headers={"Authorization": porteur}).status_code == 404


def test_without_a_token_set_there_is_nothing(client: Client, db: None) -> None:
    assert client.get("/metriques", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_node_is_read_by_its_own_address(client: Client, db: None, ouvert: None) -> None:
    reponse = client.get("/metriques", headers={**PORTEUR, "Host": "172.18.0.5:8000"})
    assert reponse.status_code == 200
    assert reponse["Content-Type"].startswith("text/plain; version=")


def test_each_answer_counts_once_under_its_view(client: Client, db: None, ouvert: None) -> None:
    avant = client.get("/metriques", headers=PORTEUR).text
    client.get(reverse("faq"))
    client.get(reverse("verification", args=["INCONNUE-ET-SECRETE"]))
    client.get("/oidc/jwks")  # answered beside the sessions
    client.get("/une/adresse/qui/nomme/quelqu-un")
    apres = client.get("/metriques", headers=PORTEUR).text
    for vue in ("faq", "verification", "oidc_jwks", "aucune"):
        assert comptees(apres, vue) == comptees(avant, vue) + 1, vue
    assert "SECRETE" not in apres
    assert "quelqu" not in apres


def test_what_waits_is_told(client: Client, db: None, ouvert: None) -> None:
    avant = _valeurs(client)
    mandat: Mandat = MandatFactory.create()
    mandat.avis.create(genre="signature", destinataire="usager")
    apres = _valeurs(client)
    assert apres["envois_en_attente avis"] == avant["envois_en_attente avis"] + 1
    assert apres["envoi_age_secondes avis"] > 0
    assert {f"journal_alarme {quoi}" for quoi in ALARMES} <= apres.keys()
    assert apres["journal_retard_secondes "] >= 0


def _valeurs(client: Client) -> dict[str, float]:
    lignes = releve(client.get("/metriques", headers=PORTEUR).text)
    return {
        f"{nom.removeprefix('aidants_connect_')} {' '.join(etiquettes.values())}": valeur
        for nom, etiquettes, valeur in lignes
    }


def test_an_absent_database_is_said(
    client: Client, db: None, ouvert: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absente(*_: object, **__: object) -> None:
        raise OperationalError

    with monkeypatch.context() as panne:
        panne.setattr(connection, "cursor", absente)
        assert client.get("/metriques", headers=PORTEUR).status_code == 503


# --- Among gunicorn's workers ---------------------------------------------------------------------

OUVRIER = """
import django
django.setup()
from aidants_connect import metriques
metriques.DUREES.labels("GET", "faq", 200).observe(0.02)
if {dernier}:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector
    registre = CollectorRegistry()
    MultiProcessCollector(registre)
    print(generate_latest(registre).decode())
"""


def _compter(partage: Path, place: int, *, dernier: bool = False) -> str:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(partage), "AC_PLACE": str(place)}
    return subprocess.run(
        [sys.executable, "-c", OUVRIER.format(dernier=dernier)],
        cwd=RACINE, env=env, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_workers_add_up_and_who_follows_goes_on(tmp_path: Path) -> None:
    """Three processes, two places: the last takes the first's, and its file."""
    _compter(tmp_path, 0)
    _compter(tmp_path, 1)
    assert comptees(_compter(tmp_path, 0, dernier=True), "faq") == 3
    assert len(list(tmp_path.iterdir())) == 2


def test_a_place_is_taken_again_only_when_it_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    reglages: dict[str, Any] = {"__file__": "gunicorn.py"}
    exec((RACINE / "deploiement/gunicorn.py").read_text(), reglages)  # noqa: S102 - as gunicorn does
    serveur = SimpleNamespace()
    un, deux, trois, quatre = (SimpleNamespace(age=age) for age in range(1, 5))
    places = [_forker(reglages, serveur, ouvrier) for ouvrier in (un, deux, trois)]
    reglages["child_exit"](serveur, deux)
    places.append(_forker(reglages, serveur, quatre))
    reglages["on_exit"](serveur)
    assert places == ["0", "1", "2", "1"]
    assert not any(Path(ligne.partition("=")[2]).exists() for ligne in reglages["raw_env"])


def _forker(reglages: dict[str, Any], serveur: Any, ouvrier: Any) -> str:
    reglages["pre_fork"](serveur, ouvrier)
    reglages["post_fork"](serveur, ouvrier)
    return os.environ["AC_PLACE"]
