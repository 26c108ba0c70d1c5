"""Accounts, places and sites in the admin: the supervision alone, and each act journaled."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from aidants import connexion
from aidants.demarches import DEMARCHES
from journal.models import Entree
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    FournisseurIdentiteFactory,
    LieuFormationFactory,
    SiteDemarcheFactory,
)
from usagers.models import FournisseurIdentite, LieuFormation, SiteDemarche

pytestmark = pytest.mark.django_db

MODELES: dict[str, Any] = {
    "fournisseuridentite": (FournisseurIdentite, FournisseurIdentiteFactory, "compte"),
    "lieuformation": (LieuFormation, LieuFormationFactory, "lieu"),
    "sitedemarche": (SiteDemarche, SiteDemarcheFactory, "site"),
}
SAISIES: dict[str, dict[str, Any]] = {
    "fournisseuridentite": {
        "nom": "Nouveau compte", "pour_qui": "Tous", "il_faut": "Un téléphone",
        "lien": "https://nouveau.example.org/", "recuperation": "", "ordre": "5", "actif": "on",
    },
    "lieuformation": {
        "nom": "Nouveau lieu", "precision": "", "adresse": "", "telephone": "",
        "lien": "https://lieu.example.org/", "ordre": "5", "actif": "on",
    },
    "sitedemarche": {
        "nom": "Nouveau site", "adresse": "https://site.example.org/",
        "demarches": ["logement", "social"], "ordre": "5", "actif": "on",
    },
}  # fmt: skip
chaque_modele = pytest.mark.parametrize("nom", MODELES)


@pytest.fixture
def supervision(client: Client) -> Client:
    ouvrir_session(client, AidantFactory(supervision=True))
    return client


def page(nom: str, geste: str, *args: Any) -> str:
    return reverse(f"admin:usagers_{nom}_{geste}", args=args)


def journal() -> list[tuple[str, str, Any, Any]]:
    entrees = Entree.objects.order_by("id")
    return [(e.action, e.auteur_genre, e.details["geste"], e.details["genre"]) for e in entrees]


@chaque_modele
def test_adding_is_journaled(supervision: Client, nom: str) -> None:
    reponse = supervision.post(page(nom, "add"), SAISIES[nom])
    assert reponse.status_code == 302, reponse.context["adminform"].form.errors
    modele, _, genre = MODELES[nom]
    assert modele.objects.get(nom=SAISIES[nom]["nom"]).ordre == 5
    assert journal() == [("donnee_publique_modifiee", "supervision", "ajout", genre)]


@chaque_modele
def test_changing_is_journaled(supervision: Client, nom: str) -> None:
    modele, fabrique, genre = MODELES[nom]
    objet = fabrique()
    supervision.post(page(nom, "change", objet.pk), SAISIES[nom])
    assert modele.objects.get(pk=objet.pk).nom == SAISIES[nom]["nom"]
    assert journal() == [("donnee_publique_modifiee", "supervision", "changement", genre)]


@chaque_modele
def test_removing_one_or_many_is_journaled_each(supervision: Client, nom: str) -> None:
    modele, fabrique, genre = MODELES[nom]
    un, *autres = [fabrique() for _ in range(3)]
    supervision.post(page(nom, "delete", un.pk), {"post": "yes"})
    choix = {"action": "delete_selected", "_selected_action": [o.pk for o in autres], "post": "yes"}
    supervision.post(page(nom, "changelist"), choix)
    assert not modele.objects.filter(pk__in=[o.pk for o in (un, *autres)]).exists()
    assert journal() == [("donnee_publique_modifiee", "supervision", "retrait", genre)] * 3


def test_journal_reads_as_a_sentence(supervision: Client) -> None:
    supervision.post(page("sitedemarche", "add"), SAISIES["sitedemarche"])
    phrase = Entree.objects.get().phrase()
    assert phrase.endswith("a ajouté un élément du parcours : Nouveau site (site de démarches).")


@chaque_modele
@pytest.mark.parametrize("lien", ["http://site.example.org/", "javascript:alert(1)", "ftp://a.fr/"])
def test_address_that_is_not_https_is_refused(supervision: Client, nom: str, lien: str) -> None:
    champ = "adresse" if nom == "sitedemarche" else "lien"
    reponse = supervision.post(page(nom, "add"), SAISIES[nom] | {champ: lien})
    assert list(reponse.context["adminform"].form.errors) == [champ]
    assert journal() == []


def test_place_without_any_address_is_refused(supervision: Client) -> None:
    saisie = SAISIES["lieuformation"] | {"lien": ""}
    reponse = supervision.post(page("lieuformation", "add"), saisie)
    assert "Donnez une adresse" in reponse.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        LieuFormationFactory(adresse="")


def test_site_without_demarche_is_refused(supervision: Client) -> None:
    saisie = SAISIES["sitedemarche"] | {"demarches": []}
    reponse = supervision.post(page("sitedemarche", "add"), saisie)
    assert list(reponse.context["adminform"].form.errors) == ["demarches"]
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteDemarcheFactory(demarches=[])


def test_change_is_shown_at_once(
    supervision: Client, django_capture_on_commit_callbacks: Any
) -> None:
    adresse = reverse("parcours_etape", args=["logement/deces-non/numero-oui/site-oui"])
    assert "Nouveau compte" not in Client().get(adresse).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        supervision.post(page("fournisseuridentite", "add"), SAISIES["fournisseuridentite"])
    assert "Nouveau compte" in Client().get(adresse).content.decode()


# --- What is there on the first day ---


@pytest.fixture
def premier_jour() -> None:
    """The data of the migration, whatever another test has flushed or added."""
    for modele, _, _ in MODELES.values():
        modele.objects.all().delete()
    import_module("usagers.migrations.0002_parcours").charger(apps, None)


@pytest.mark.usefixtures("premier_jour")
def test_first_day_has_six_accounts_the_map_and_the_sites() -> None:
    comptes = list(FournisseurIdentite.objects.values_list("nom", flat=True))
    assert len(comptes) == 6
    assert {"impots.gouv.fr", "ameli.fr", "MSA", "France Identité"} <= set(comptes)
    carte = LieuFormation.objects.get()
    assert carte.lien == "https://cartographie.societenumerique.gouv.fr/"
    couvertes = {cle for site in SiteDemarche.objects.all() for cle in site.demarches}
    assert couvertes == set(DEMARCHES) - {"loisirs"}


@pytest.mark.usefixtures("premier_jour")
def test_first_day_is_valid_and_names_the_example_sites() -> None:
    for modele, _, _ in MODELES.values():
        for ligne in modele.objects.all():
            ligne.full_clean()
    noms = {site.nom.partition(" (")[0] for site in SiteDemarche.objects.all()}
    exemples = {e for d in DEMARCHES.values() for e in d.exemples.split(", ") if e}
    assert noms == exemples


@chaque_modele
def test_every_write_asks_a_recent_code(supervision: Client, nom: str) -> None:
    modele, fabrique, _ = MODELES[nom]
    donnee = fabrique()
    session = supervision.session
    session[connexion.TOTP_LE] -= 600
    session.save()
    supprimer = {"action": "delete_selected", "_selected_action": donnee.pk, "post": "yes"}
    for adresse, champs in (
        (page(nom, "add"), SAISIES[nom]),
        (page(nom, "change", donnee.pk), SAISIES[nom]),
        (page(nom, "delete", donnee.pk), {"post": "yes"}),
        (page(nom, "changelist"), supprimer),
    ):
        reponse = supervision.post(adresse, champs)
        assert reponse["Location"].startswith(reverse("reprise")), adresse
    assert not journal()
    assert list(modele.objects.filter(pk=donnee.pk)) == [donnee]
