"""Paper reads nothing but our own static files."""

import pytest
from django.core.exceptions import SuspiciousFileOperation

from usagers.composition import RessourceInterdite, Statique
from usagers.papier import DocumentImpossible, imprimer


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:8000/secret",
        "https://evil.example/x.png",
        "ftp://evil.example/x",
        "statique:absent.css",
        "statique:../aidants_connect/settings.py",
        "statique:/etc/passwd",
        "",
    ],
)
def test_other_resources_are_not_read(url: str) -> None:
    with pytest.raises((RessourceInterdite, SuspiciousFileOperation)):
        Statique().fetch(url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://evil.example/x.png"])
def test_document_that_asks_for_another_resource_is_not_made(url: str) -> None:
    with pytest.raises(DocumentImpossible):
        imprimer(f'<html lang="fr"><img src="{url}" alt="x"></html>', feuille="mandats/papier.css")
