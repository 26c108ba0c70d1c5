"""A real Chromium against the real demo."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from aidants.demarches import DEMARCHES
from mandats.durees import DUREES
from tests.fixtures_demo import DELAI
from tests.serveurs import Demo


@pytest.fixture
def contexte(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser; without JavaScript for a test that asks for it by this parameter."""
    contexte = chromium.new_context(
        locale="fr-FR",
        viewport={"width": 1280, "height": 720},
        java_script_enabled=getattr(request, "param", "") != "sans-javascript",
    )
    contexte.set_default_timeout(DELAI)
    yield contexte
    contexte.close()


@pytest.fixture
def page(contexte: BrowserContext) -> Page:
    return contexte.new_page()


@pytest.fixture
def chiffres(demo: Demo) -> None:
    """Figures that draw every chart, taken a moment ago."""
    mois = {f"2026-{numero:02d}": 1200 * numero for numero in range(1, 13)}
    par_demarche = {cle: 40 * rang for rang, cle in enumerate(DEMARCHES)}
    valeurs: dict[str, Any] = {
        "totaux": dict.fromkeys(("mandats", "utilisations", "actifs", "structures", "aidants"), 9),
        "mandats_par_mois": mois,
        "utilisations_par_mois": mois,
        "demarches_autorisees": par_demarche,
        "demarches_faites": par_demarche,
        "durees": {str(jours): jours for jours in DUREES},
    }
    demo.sql(
        "INSERT INTO aidants_connect_releve VALUES (1, now(), %s::jsonb) ON CONFLICT (id) DO UPDATE"
        " SET releve_le = excluded.releve_le, chiffres = excluded.chiffres RETURNING id",
        json.dumps(valeurs),
    )
