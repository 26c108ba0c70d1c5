"""The usager as FranceConnect identified them: one row a person, no `sub` kept."""

from dataclasses import replace

import pytest
from django.db import connection

from aidants.empreintes import empreinte
from journal.models import Auteur, Entree
from tests.factories import UsagerFactory
from usagers.identite import Identite
from usagers.models import Usager, empreinte_sub

IDENTITE = Identite(
    sub="f" * 64 + "v1",
    prenoms="Hélène Marie",
    nom="L'HÉRITIER",
    nom_usage="",
    sexe="female",
    date_naissance="1957-03-14",
    lieu_naissance="29019",
    pays_naissance="99100",
    courriel="helene@example.org",
)
AIDANT = Auteur(genre="aidant", nom="Camille Durand")
pytestmark = pytest.mark.django_db


def identifier(identite: Identite) -> Usager:
    return Usager.objects.identifier(identite, par=AIDANT)


def test_new_person_is_created() -> None:
    usager = identifier(IDENTITE)
    usager.refresh_from_db()
    assert (usager.prenoms, usager.nom) == ("Hélène Marie", "L'HÉRITIER")
    assert (usager.date_naissance, usager.courriel) == ("1957-03-14", "helene@example.org")


def test_known_person_is_brought_up_to_date() -> None:
    premier = identifier(IDENTITE)
    second = identifier(replace(IDENTITE, nom_usage="LE GUÉNNEC"))
    assert second == premier
    assert Usager.objects.get().nom_usage == "LE GUÉNNEC"
    assert second.classement == "l heritier helene marie le guennec"


def test_email_that_is_no_longer_given_is_kept() -> None:
    identifier(IDENTITE)
    identifier(replace(IDENTITE, courriel=""))
    assert Usager.objects.get().courriel == "helene@example.org"


def test_change_of_email_is_journaled() -> None:
    usager = identifier(IDENTITE)
    assert not Entree.objects.exists()
    identifier(replace(IDENTITE, courriel="autre@example.org"))
    entree = Entree.objects.select_related("sujet").get()
    assert (entree.action, entree.sujet.usager_ref) == ("courriel_change", str(usager.pk))
    assert "autre@example.org" not in str(entree.details)


def test_same_name_and_birth_with_another_sub_is_another_person() -> None:
    identifier(IDENTITE)
    identifier(replace(IDENTITE, sub="0" * 64 + "v1"))
    assert Usager.objects.count() == 2


def test_no_column_holds_the_sub() -> None:
    usager = identifier(IDENTITE)
    with connection.cursor() as curseur:
        curseur.execute("SELECT u::text FROM usagers_usager u WHERE id = %s", [usager.pk])
        ligne = curseur.fetchone()[0]
    assert "Hélène" in ligne
    assert IDENTITE.sub not in ligne
    assert IDENTITE.sub[:64] not in ligne


def test_sub_is_hashed_under_a_key_and_for_this_use_alone() -> None:
    hache = identifier(IDENTITE).sub_hache
    assert hache == empreinte_sub(IDENTITE.sub)
    assert hache != empreinte(IDENTITE.sub, usage="code_papier")
    assert len(hache) == 64


def test_known_person_is_found_again() -> None:
    assert Usager.objects.connu(IDENTITE) is None
    usager = identifier(IDENTITE)
    assert Usager.objects.connu(IDENTITE) == usager


def test_names_as_people_and_civil_status_write_them() -> None:
    usager = UsagerFactory(prenoms="Éléonore Zoé", nom="François", nom_usage="Le Guénnec")
    assert usager.nom_complet == "Éléonore Zoé FRANÇOIS, nom d’usage LE GUÉNNEC"
    assert usager.nom_court == "Éléonore LE GUÉNNEC"


@pytest.mark.parametrize(("sexe", "mot"), [("female", "Née"), ("male", "Né")])
def test_birth_is_written_with_the_right_ending(sexe: str, mot: str) -> None:
    assert UsagerFactory(sexe=sexe).ne_en == mot


@pytest.mark.parametrize(
    ("date_naissance", "phrase"),
    [
        ("1957-03-14", "Née le 14 mars 1957"),
        ("1957-03-00", "Née en mars 1957 (jour inconnu)"),
        ("1962-00-00", "Née en 1962 (jour et mois inconnus)"),
    ],
)
def test_birth_reads_as_a_sentence(date_naissance: str, phrase: str) -> None:
    assert UsagerFactory(date_naissance=date_naissance).ne_le == phrase
