"""What the privacy page promises, and the rules that do it; no table is forgotten."""

import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants_connect.conservation import SANS_TERME, TERMES
from journal.retention import regles
from mandats.models import Mandat, Projet

pytestmark = pytest.mark.django_db
LIGNE = re.compile(r'<tr>\s*<th scope="row">(.*?)</th>.*?</td>\s*<td>(.*?)</td>', re.DOTALL)
PAR_CLE = {terme.cle: terme for terme in TERMES}
# What the privacy page says -> the rules that do it: of the tables, of the journal.
PROMESSES = {
    "Vous êtes aidé": ({"usagers"}, {"usagers"}, ""),
    "Le mandat signé": ({"mandats"}, set(), "6 ans"),
    "Le journal du mandat": (set(), {"mandats"}, "6 ans"),
    "Les connexions des aidants": ({"sessions", "echecs"}, {"connexions"}, "1 an"),
    "Le compte d’un aidant": ({"comptes", "liens", "fichiers"}, {"comptes"}, "7 ans"),
    "Une invitation restée sans suite": ({"invitations"}, set(), "1 an"),
    "Les courriels envoyés": ({"courriers"}, set(), "30 jours"),
    "Les messages avec un code": ({"messages", "feuilles"}, set(), "1 jour"),
    "Un projet de mandat jamais signé": ({"projets"}, set(), "30 minutes"),
    "Les demandes des sites": ({"demandes", "poussees", "assertions"}, set(), "1 jour"),
}


def promesses(client: Client) -> list[tuple[str, str]]:
    page = client.get(reverse("confidentialite")).content.decode()
    lignes = re.findall(
        r'<tr>\s*<th scope="row">(.*?)</th>.*?</td>\s*<td>(.*?)</td>', page, re.DOTALL
    )
    return [(quoi.strip(), duree.strip()) for quoi, duree in lignes]


def test_each_promise_of_the_privacy_page_has_its_rules(client: Client) -> None:
    dites = promesses(client)
    assert len(dites) == len(PROMESSES)
    for quoi, duree in dites:
        (attendue,) = (d for debut, (_, _, d) in PROMESSES.items() if quoi.startswith(debut))
        assert attendue in duree.replace("\u00a0", " ")


def test_each_rule_is_promised() -> None:
    tables, journal = (set().union(*(p[rang] for p in PROMESSES.values())) for rang in (0, 1))
    assert tables == set(PAR_CLE)
    assert journal == {regle.cle for regle in regles()}
    assert {r.cle: r.annees for r in regles()} == {
        "connexions": 1, "mandats": 6, "usagers": 1, "comptes": 7,
    }  # fmt: skip


def test_no_table_is_forgotten() -> None:
    """A new table says when its rows go (`TERMES`), or why they have no term of their own."""
    nos_apps = {"aidants", "usagers", "mandats", "fournisseur_identite", "aidants_connect"}
    tables = {m._meta.label for m in apps.get_models() if m._meta.app_label in nos_apps}
    avec_terme = {terme.echus(timezone.now()).model._meta.label for terme in TERMES}
    assert tables == avec_terme | set(SANS_TERME)
    assert not avec_terme & set(SANS_TERME)
    assert {Projet._meta.label, Mandat._meta.label} <= avec_terme
