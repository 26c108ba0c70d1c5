"""What the guide for partner sites shows is what the tests run, letter for letter."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ICI = Path(__file__).parent / "guide"
GUIDE = Path(settings.BASE_DIR) / "docs" / "integration-fs.md"
FICHIERS = sorted(f for f in ICI.iterdir() if f.is_file() and f.name != "__init__.py")
MONTRE = re.compile(r"<!-- tests/clients/guide/(\S+) -->\n+```\w*\n(.*?)```", re.DOTALL)
EXEMPTION = re.compile(r"  # type: ignore.*")  # ours: a partner's checker has its own


def montres() -> dict[str, str]:
    return dict(MONTRE.findall(GUIDE.read_text()))


@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda f: f.name)
def test_guide_shows_what_is_run(fichier: Path) -> None:
    assert montres()[fichier.name] == EXEMPTION.sub("", fichier.read_text())


def test_guide_shows_nothing_else() -> None:
    assert set(montres()) == {fichier.name for fichier in FICHIERS}
