"""No page of the admin tells a manager of another structure, nor anybody who an usager is.

Every list, page and act of the site is walked from its registry and its addresses: what is added
later is covered too.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from aidants.administration import site
from aidants.models import Aidant, CarteTotp, ImportCartes, Invitation, Structure
from journal.actions_comptes import CHANGEMENT_STRUCTURE
from journal.models import Entree
from mandats.models import Mandat
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    AppartenanceFactory,
    FournisseurServiceFactory,
    MandatFactory,
    StructureFactory,
    UsagerFactory,
)
from tests.routes import ROUTES, Route

pytestmark = pytest.mark.django_db

# Of the usagers, here and elsewhere: for nobody's eyes in the admin.
DES_USAGERS = ("tamanoir", "wombat", "capybara", "grottechaude")
# Of the other structure: names, addresses, references.
D_AILLEURS = ("zibeline", "ornithorynque", "quetzal", "axolotl", "pangolin", "zzzz-yyyy")

LISTES: dict[type[Model], ModelAdmin[Any]] = dict(site._registry)
PARAMETRES = [
    {}, {"q": "Zibel"}, {"q": "Ornitho"}, {"q": "Tamano"}, {"q": "ZZZZ"}, {"q": "Womba"},
    {"q": "'\"%"},
    {"o": "-99.1.x"}, {"o": "1.2.3.4"}, {"p": "9999"}, {"all": ""}, {"e": "1"}, {"_facets": "True"},
    {"_popup": "1"}, {"_to_field": "usager"}, {"_changelist_filters": "q=x"},
    {"structure": "pas-un-uuid"}, {"etat": "zzz"}, {"demarche": "zzz"}, {"action": "zzz"},
]  # fmt: skip


@dataclass
class Monde:
    responsable: Aidant
    supervision: Aidant
    ici: Structure
    ailleurs: Structure
    siens: set[str]  # the ids that the manager may name
    avant: dict[type[Model], set[Any]]  # what the migrations have loaded, of no structure


@pytest.fixture(scope="module")
def monde_du_module(base_du_module: Any) -> Monde:
    with base_du_module.unblock():
        return monter()


@pytest.fixture
def monde(monde_du_module: Monde, db: None) -> Monde:
    return copy.deepcopy(monde_du_module)


def monter() -> Monde:
    avant = {m: set(m._default_manager.values_list("pk", flat=True)) for m in LISTES}
    ici = StructureFactory(nom="Maison de Rennes")
    ailleurs = StructureFactory(
        nom="Zibeline", adresse="1 rue Axolotl", courriel="zibeline@example.org"
    )
    responsable = AppartenanceFactory(structure=ici, responsable=True).aidant
    aidant = AppartenanceFactory(structure=ici).aidant
    autre = AppartenanceFactory(
        structure=ailleurs,
        aidant=AidantFactory(nom="Ornithorynque", prenom="Quetzal", courriel="quetzal@example.org"),
    ).aidant
    siens = peupler(ici, aidant, "AC-AAAA-BBBB")
    peupler(ailleurs, autre, "AC-ZZZZ-YYYY")
    inviter(ailleurs, autre)
    carte = CarteTotp(serie="AXOLOTL-1", etat="associee", aidant=autre)
    carte.cle = b"0" * 20
    carte.save()
    supervision = AidantFactory(supervision=True)
    lot = ImportCartes(par=supervision, fichier="axolotl.csv", nombre=0)
    lot.contenu = b"[]"
    lot.save()
    FournisseurServiceFactory()
    siens |= {str(pk) for pk in (ici.pk, responsable.pk, aidant.pk)}
    return Monde(responsable, supervision, ici, ailleurs, siens, avant)


def peupler(structure: Structure, aidant: Aidant, reference: str) -> set[str]:
    """A mandat of an usager, that the usager ended, and a line of the aidant's."""
    usager = UsagerFactory(nom="Tamanoir", prenoms="Wombat", courriel="capybara@example.org")
    mandat = MandatFactory(
        structure=structure,
        aidant=aidant,
        usager=usager,
        reference=reference,
        signature_nom="Wombat Tamanoir",
        lieu="Grottechaude",
    )
    mandat.revoquer(par=usager.auteur, motif="demande")
    Entree.objects.inscrire(
        CHANGEMENT_STRUCTURE, acte=uuid4(), par=aidant.auteur, cadre=structure.cadre
    )
    ref = str(structure.pk)
    entrees = Entree.objects.filter(structure_ref=ref).values_list("pk", flat=True)
    return {str(mandat.pk), *map(str, entrees)}


def inviter(structure: Structure, par: Aidant) -> None:
    Invitation.objects.inviter(
        par=par.auteur,
        structure=structure,
        courriel="pangolin@example.org",
        prenom="Pangolin",
        nom="Zibeline",
    )


def client_de(compte: Aidant) -> Client:
    client = Client()
    ouvrir_session(client, compte)
    return client


def lire(reponse: Any) -> str:
    assert reponse.status_code < 500
    octets = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
    return str(octets.decode().casefold())


def trouves(texte: str, canaris: tuple[str, ...]) -> list[str]:
    return [canari for canari in canaris if canari in texte]


# --- Addresses ------------------------------------------------------------------------------------


def adresses(monde: Monde) -> Iterator[tuple[str, str]]:
    """Each address of the admin, for each object of its model: with the id that it names.

    Of what the migrations have loaded, which names nobody, one object stands for all.
    """
    for route in ROUTES.values():
        if not route.nom.startswith("admin:") or route.nom == "admin:logout":
            continue
        modele = modele_de(route)
        if "object_id" not in route.parametres:
            yield "", reverse(route.nom, kwargs=fixes(route))
        elif modele:
            tous = set(modele._default_manager.values_list("pk", flat=True))
            for pk in tous - set(sorted(monde.avant[modele], key=str)[1:]):
                yield str(pk), reverse(route.nom, args=[pk])


def modele_de(route: Route) -> type[Model] | None:
    noms = {f"{m._meta.app_label}_{m._meta.model_name}_": m for m in LISTES}
    return next((m for nom, m in noms.items() if nom in route.nom), None)


def fixes(route: Route) -> dict[str, Any]:
    importe = ImportCartes.objects.values_list("pk", flat=True).get()  # the supervision's
    valeurs = {"app_label": "aidants", "pk": importe}
    return {nom: valeurs[nom] for nom in route.parametres}


# --- What is read ---------------------------------------------------------------------------------


def test_the_canaries_sing(monde: Monde) -> None:
    """The supervision reads the other structure: the test would see a leak."""
    client = client_de(monde.supervision)
    lus = "".join(lire(client.get(adresse, follow=True)) for _, adresse in adresses(monde))
    assert set(trouves(lus, D_AILLEURS)) >= {"zibeline", "ornithorynque", "quetzal", "zzzz-yyyy"}
    assert trouves(lus, DES_USAGERS) == []


@pytest.mark.parametrize("methode", ["get", "post"])
def test_no_page_of_a_manager_tells_of_another_structure(monde: Monde, methode: str) -> None:
    client = client_de(monde.responsable)
    avant = Entree.objects.count()
    for pk, adresse in adresses(monde):
        if methode == "post" and (not pk or pk in monde.siens):
            continue
        donnees = {"post": "yes", "precision": "essai", "acte": str(uuid4()), "nom": "Autre"}
        reponse = getattr(client, methode)(
            adresse, donnees if methode == "post" else {}, follow=True
        )
        assert trouves(lire(reponse), (*D_AILLEURS, *DES_USAGERS)) == [], adresse
    assert Entree.objects.count() == avant
    monde.ailleurs.refresh_from_db()
    assert (monde.ailleurs.nom, monde.ailleurs.active) == ("Zibeline", True)


@pytest.mark.parametrize("parametres", PARAMETRES, ids=str)
def test_no_list_tells_of_another_structure(monde: Monde, parametres: dict[str, str]) -> None:
    client = client_de(monde.responsable)
    autre = {"structure": str(monde.ailleurs.pk)}
    for modele in LISTES:
        for valeurs in (parametres, parametres | autre):
            reponse = client.get(liste(modele), valeurs, follow=True)
            assert trouves(lire(reponse), (*D_AILLEURS, *DES_USAGERS)) == [], modele


@pytest.mark.parametrize("parametres", PARAMETRES, ids=str)
def test_nobody_finds_an_usager(monde: Monde, parametres: dict[str, str]) -> None:
    client = client_de(monde.supervision)
    for modele in LISTES:
        texte = lire(client.get(liste(modele), parametres, follow=True))
        assert trouves(texte, DES_USAGERS) == [], modele


@pytest.mark.parametrize("qui", ["responsable", "supervision"])
def test_search_by_an_usager_answers_as_search_by_nobody(monde: Monde, qui: str) -> None:
    client = client_de(getattr(monde, qui))
    for modele in LISTES:
        for nom in ("Tamanoir", "Wombat", "capybara", "Grottechaude"):
            reponse = client.get(liste(modele), {"q": nom})
            if reponse.status_code == 200 and LISTES[modele].search_fields:
                assert not reponse.context["cl"].queryset.exists(), (modele, nom)


def liste(modele: type[Model]) -> str:
    return reverse(f"admin:{modele._meta.app_label}_{modele._meta.model_name}_changelist")


# --- What an address may ask ----------------------------------------------------------------------

HOSTILES = ("pk__isnull", "startswith", "regex", "nom__startswith", "password__startswith", "in")


def recherches(modele: type[Model]) -> Iterator[str]:
    """Comparisons by every field and across every relation, but those that the list declares."""
    for champ in modele._meta.get_fields():
        for suite in HOSTILES:
            yield f"{champ.name}__{suite}"
    for chemin in ("usager__nom", "mandat__usager__nom", "structure__appartenances__aidant__nom"):
        yield f"{chemin}__startswith"


@pytest.mark.parametrize("modele", LISTES, ids=lambda m: m.__name__)
def test_no_address_filters_by_what_the_list_does_not_offer(
    monde: Monde, modele: type[Model]
) -> None:
    for qui in (monde.responsable, monde.supervision):
        client = client_de(qui)
        for recherche in recherches(modele):
            statut = client.get(liste(modele), {recherche: "Z"}).status_code
            assert statut in (302, 400, 403), recherche


def test_there_is_no_autocomplete() -> None:
    assert "admin:autocomplete" not in ROUTES


def test_mandat_is_named_by_its_reference_alone(monde: Monde) -> None:
    mandat = Mandat.objects.get(reference="AC-AAAA-BBBB")
    assert str(mandat) == mandat.reference
    client = client_de(monde.responsable)
    page = client.get(reverse("admin:mandats_mandat_change", args=[mandat.pk])).content.decode()
    assert mandat.reference in page
    assert not re.search(str(mandat.usager_id), page)
