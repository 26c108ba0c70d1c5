"""Figures: each is counted on rows made for it, of one structure and of no other."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from aidants.demarches import DEMARCHES
from aidants.models import CarteTotp, Courrier, Invitation, Structure
from journal.actions import JETON_REMIS, UTILISATION, Action
from journal.models import Cadre, Concerne, Entree
from mandats import statistiques
from mandats.models import Mandat
from tests.factories import (
    AidantFactory,
    AppareilTotpFactory,
    AppartenanceFactory,
    MandatFactory,
    StructureFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure() -> Structure:
    """A structure, in a country where another one is busy."""
    autre = MandatFactory(bientot=True).structure
    AppartenanceFactory(structure=autre)
    utiliser(autre)
    return StructureFactory()


def utiliser(structure: Structure, action: Action = JETON_REMIS, connexion: str = "") -> None:
    Entree.objects.inscrire(
        action,
        acte=uuid.uuid4(),
        par=AidantFactory().auteur,
        cadre=Cadre(structure_ref=str(structure.pk), demarche="logement"),
        concerne=Concerne(connexion_ref=connexion or str(uuid.uuid4())),
        details={"acr": "eidas1"},
    )


def chiffre(structure: Structure, nom: str) -> int:
    seule = statistiques.avec_chiffres(Structure.objects.filter(pk=structure.pk)).get()
    return int(getattr(seule, nom))


CHIFFRES = [
    "signes", "finissent", "utilisations", "aidants_actifs", "sans_facteur",
    "invitations_en_attente", "cartes_a_valider",
]  # fmt: skip


@pytest.mark.parametrize("nom", CHIFFRES)
def test_figures_of_a_new_structure_are_zero(structure: Structure, nom: str) -> None:
    assert chiffre(structure, nom) == 0


def test_mandats_signed_this_month(structure: Structure) -> None:
    MandatFactory(structure=structure)
    MandatFactory(structure=structure, signe_le=timezone.now() - timedelta(days=40))
    assert chiffre(structure, "signes") == 1


def test_mandats_that_end_within_thirty_days(structure: Structure) -> None:
    MandatFactory(structure=structure, bientot=True)
    MandatFactory(structure=structure, bientot=True, revoque=True)
    MandatFactory(structure=structure, expire=True)
    MandatFactory(structure=structure)
    assert chiffre(structure, "finissent") == 1


def test_use_counts_once_with_or_without_its_identity(structure: Structure) -> None:
    utiliser(structure, JETON_REMIS, "une")
    utiliser(structure, UTILISATION, "une")
    utiliser(structure, JETON_REMIS, "deux")
    assert chiffre(structure, "utilisations") == 2


def test_people_and_their_factors(structure: Structure) -> None:
    AppareilTotpFactory(user=AppartenanceFactory(structure=structure).aidant)
    AppartenanceFactory(structure=structure)
    AppartenanceFactory(structure=structure, responsable=True)
    AppartenanceFactory(structure=structure, partie=True)
    AppartenanceFactory(structure=structure, aidant=AidantFactory(desactive=True))
    assert chiffre(structure, "aidants_actifs") == 2
    assert chiffre(structure, "sans_facteur") == 2


def test_invitations_that_wait(structure: Structure) -> None:
    invitations = [inviter(structure, numero) for numero in range(2)]
    invitations[0].annuler(par=AidantFactory().auteur)
    assert chiffre(structure, "invitations_en_attente") == 1


def inviter(structure: Structure, numero: int) -> Invitation:
    return Invitation.objects.inviter(
        par=AidantFactory(supervision=True).auteur,
        structure=structure,
        courriel=f"invite{numero}@example.org",
        prenom="Léa",
        nom="Roux",
    )


def test_cards_to_validate(structure: Structure) -> None:
    aidant = AppartenanceFactory(structure=structure).aidant
    for serie, etat, qui in (("1", "associee", aidant), ("2", "en_stock", None)):
        carte = CarteTotp(serie=serie, etat=etat, aidant=qui)
        carte.cle = b"0" * 20
        carte.save()
    assert chiffre(structure, "cartes_a_valider") == 1


# --- Through time, by perimeter -------------------------------------------------------------------


def test_twelve_months_the_current_one_last(structure: Structure) -> None:
    MandatFactory(structure=structure)
    MandatFactory(structure=structure, signe_le=timezone.now() - timedelta(days=3 * 365))
    mois = statistiques.mandats_par_mois(Mandat.objects.de(structure))
    assert len(mois) == len(dict(mois)) == 12
    assert [nombre for _, nombre in mois] == [0] * 11 + [1]


def test_uses_by_month_and_by_perimeter(structure: Structure) -> None:
    utiliser(structure)
    utilisations = Entree.objects.de_structures([str(structure.pk)]).utilisations()
    assert statistiques.utilisations_par_mois(utilisations)[-1][1] == 1
    par_demarche = dict(statistiques.utilisations_par_demarche(utilisations))
    assert list(par_demarche) == [d.titre for d in DEMARCHES.values()]
    assert {titre for titre, nombre in par_demarche.items() if nombre} == {"Logement"}


def test_open_authorisations_by_perimeter(structure: Structure) -> None:
    MandatFactory(structure=structure, demarches=["logement", "social"])
    MandatFactory(structure=structure, demarches=["logement"], revoque=True)
    MandatFactory(structure=structure, demarches=["logement"], expire=True)
    ouvertes = dict(statistiques.autorisations_par_demarche(Mandat.objects.de(structure)))
    assert {titre: n for titre, n in ouvertes.items() if n} == {"Logement": 1, "Social - Santé": 1}


# --- The country ----------------------------------------------------------------------------------


def test_country_counts_all_structures(structure: Structure) -> None:
    MandatFactory(structure=structure, bientot=True)
    inviter(structure, 1)
    Courrier.objects.update(essais=12)
    pays = statistiques.du_pays()
    assert (pays.finissent, pays.utilisations, pays.invitations_en_attente) == (2, 1, 1)
    assert pays.structures_actives == Structure.objects.count()
    assert pays.envois_en_echec == 1
