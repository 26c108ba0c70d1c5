"""Ending a mandat, or one démarche: at once, written once, whoever asks."""

import threading
import time
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Structure
from journal.models import Auteur, Entree
from mandats.models import Autorisation, Mandat
from tests.factories import MandatFactory
from tests.mandats.gestes import actions, ensemble
from tests.serveurs import PATIENCE


def relire(mandat: Mandat) -> Mandat:
    return Mandat.objects.get(pk=mandat.pk)


def par_usager(mandat: Mandat, **autres: Any) -> list[Autorisation]:
    return mandat.revoquer(par=mandat.usager.auteur, **autres)


def test_whole_mandat_ends_at_once(mandat: Mandat) -> None:
    finies = par_usager(mandat)
    assert {a.demarche for a in finies} == {"logement", "social"}
    assert relire(mandat).etat == "revoque"
    assert not Autorisation.objects.actives().exists()


def test_one_demarche_ends_and_the_others_go_on(mandat: Mandat) -> None:
    par_usager(mandat, demarches=["logement"])
    assert relire(mandat).demarches_ouvertes == ["social"]
    assert relire(mandat).est_actif
    assert actions() == ["autorisation_revoquee"]


def test_last_demarche_revokes_the_mandat(mandat: Mandat) -> None:
    par_usager(mandat, demarches=["logement"])
    par_usager(mandat, demarches=["social"])
    assert relire(mandat).est_revoque
    assert actions() == ["autorisation_revoquee"] * 2 + ["mandat_revoque"]


def test_row_says_when_and_who(mandat: Mandat) -> None:
    par_usager(mandat, demarches=["logement"])
    finie = mandat.autorisations.get(demarche="logement")
    assert finie.revoquee_par == "usager"
    assert finie.revoquee_le
    assert timezone.now() - finie.revoquee_le < timedelta(minutes=1)


@pytest.mark.parametrize("demarches", [None, ["logement"]])
def test_revoking_twice_writes_one_line_each(mandat: Mandat, demarches: list[str] | None) -> None:
    assert par_usager(mandat, demarches=demarches)
    premieres = actions()
    assert par_usager(mandat, demarches=demarches) == []
    assert actions() == premieres


def test_second_revocation_leaves_the_first_date(mandat: Mandat) -> None:
    par_usager(mandat)
    fins = set(mandat.autorisations.values_list("revoquee_le", flat=True))
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        par_usager(relire(mandat))
    assert set(mandat.autorisations.values_list("revoquee_le", flat=True)) == fins


def test_demarche_out_of_the_mandat_ends_nothing(mandat: Mandat) -> None:
    assert par_usager(mandat, demarches=["justice"]) == []
    assert actions() == []


def test_no_demarche_at_all_ends_nothing(mandat: Mandat) -> None:
    assert par_usager(mandat, demarches=[]) == []


def test_journal_says_who_asked_why_and_for_what(mandat: Mandat) -> None:
    choix: dict[str, Any] = {"moyen": "compte", "motif": "demande"}
    mandat.revoquer(par=mandat.aidant.auteur, demarches=["logement"], **choix)
    entree = Entree.objects.select_related("sujet").get()
    finie = mandat.autorisations.get(demarche="logement")
    assert (entree.demarche, entree.structure_ref) == ("logement", str(mandat.structure_id))
    assert entree.details == {"par": "aidant"} | choix
    assert entree.sujet.auteur_ref == str(mandat.aidant_id)
    assert entree.sujet.autorisation_ref == str(finie.pk)
    assert entree.sujet.usager_ref == str(mandat.usager_id)


def test_other_mandats_of_the_usager_go_on(mandat: Mandat) -> None:
    autre = MandatFactory(usager=mandat.usager)
    par_usager(mandat)
    assert relire(autre).est_actif


@pytest.mark.usefixtures("transactional_db")
def test_two_revocations_at_once_write_one_line_each(mandat: Mandat) -> None:
    gestes = [partial(par_usager, relire(mandat)) for _ in range(4)]
    finies = ensemble(*gestes)
    assert sorted(map(len, finies)) == [0, 0, 0, 2]
    assert actions() == ["autorisation_revoquee"] * 2 + ["mandat_revoque"]


@pytest.mark.usefixtures("transactional_db")
def test_last_two_demarches_ended_at_once_revoke_the_mandat_once(mandat: Mandat) -> None:
    gestes = [partial(par_usager, relire(mandat), demarches=[d]) for d in ("logement", "social")]
    ensemble(*gestes)
    assert sorted(actions()) == ["autorisation_revoquee"] * 2 + ["mandat_revoque"]


@pytest.mark.usefixtures("transactional_db")
def test_revocation_waits_for_a_use_under_way(mandat: Mandat) -> None:
    """A use holds the authorisation's row until it has answered."""
    ordre: list[str] = []
    en_cours = threading.Event()

    def utiliser() -> None:
        with transaction.atomic():
            list(Autorisation.objects.filter(mandat=mandat).verrouillees())
            en_cours.set()
            time.sleep(0.3)
            ordre.append("utilisation")

    def revoquer() -> None:
        en_cours.wait(timeout=PATIENCE)
        par_usager(relire(mandat))
        ordre.append("révocation")

    ensemble(utiliser, revoquer)
    assert ordre == ["utilisation", "révocation"]


# --- The aidant's page ---


def revoquer_sur_la_page(client: Client, mandat: Mandat, **donnees: Any) -> Any:
    return client.post(reverse("mandat_revocation", args=[mandat.pk]), donnees)


def test_aidant_revokes_with_a_motive(client_aidant: Client, mandat: Mandat) -> None:
    papier = {"motif": "formulaire", "formulaire_le": f"{timezone.localdate():%d/%m/%Y}"}
    demarches = ["logement", "social"]
    reponse = revoquer_sur_la_page(client_aidant, mandat, demarches=demarches, **papier)
    assert reponse["Location"] == reverse("mandat", args=[mandat.pk])
    assert relire(mandat).est_revoque
    assert set(mandat.autorisations.values_list("revoquee_par", "motif")) == {
        ("aidant", "formulaire")
    }


def test_aidant_revokes_one_demarche(client_aidant: Client, mandat: Mandat) -> None:
    revoquer_sur_la_page(client_aidant, mandat, demarches=["social"], motif="demande")
    assert relire(mandat).demarches_ouvertes == ["logement"]


@pytest.mark.parametrize(
    ("donnees", "fautifs"),
    [
        ({"demarches": ["logement"]}, ["motif"]),
        ({"motif": "demande"}, ["demarches"]),
        ({"demarches": ["justice"], "motif": "demande"}, ["demarches"]),
        ({"demarches": ["logement"], "motif": "caprice"}, ["motif"]),
    ],
)
def test_aidant_says_what_and_why(
    client_aidant: Client, mandat: Mandat, donnees: dict[str, Any], fautifs: list[str]
) -> None:
    reponse = revoquer_sur_la_page(client_aidant, mandat, **donnees)
    assert list(reponse.context["form"].errors) == fautifs
    assert relire(mandat).demarches_ouvertes == ["social", "logement"]


def test_revoked_mandat_has_nothing_more_to_end(client_aidant: Client, mandat: Mandat) -> None:
    par_usager(mandat)
    reponse = revoquer_sur_la_page(client_aidant, mandat, demarches=["logement"], motif="demande")
    assert reponse["Location"] == reverse("mandat", args=[mandat.pk])


def test_expired_mandat_has_nothing_more_to_end(
    client_aidant: Client, structure: Structure
) -> None:
    mandat = MandatFactory(structure=structure, expire=True)
    choix = {"demarches": ["logement", "social"], "motif": "demande"}
    reponse = revoquer_sur_la_page(client_aidant, mandat, **choix)
    assert reponse["Location"] == reverse("mandat", args=[mandat.pk])
    assert par_usager(mandat) == []
    assert (relire(mandat).etat, actions()) == ("expire", [])


def test_usager_is_to_be_told_by_the_aidant_s_revocation(
    client_aidant: Client, mandat: Mandat
) -> None:
    revoquer_sur_la_page(client_aidant, mandat, demarches=["social"], motif="demande")
    avis = mandat.avis.get()
    assert (avis.genre, avis.destinataire, avis.demarches) == ("revocation", "usager", ["social"])


@pytest.mark.parametrize("methode", ["get", "post"])
def test_mandat_of_another_structure_is_unknown(client_aidant: Client, methode: str) -> None:
    adresse = reverse("mandat_revocation", args=[MandatFactory().pk])
    assert getattr(client_aidant, methode)(adresse).status_code == 404


def test_reading_the_page_ends_nothing(client_aidant: Client, mandat: Mandat) -> None:
    reponse = client_aidant.get(reverse("mandat_revocation", args=[mandat.pk]))
    assert reponse.status_code == 200
    assert relire(mandat).est_actif


def test_author_is_required(mandat: Mandat) -> None:
    with pytest.raises(TypeError):
        mandat.revoquer()  # type: ignore[call-arg]


def test_revocation_by_the_platform_says_so(mandat: Mandat) -> None:
    mandat.revoquer(par=Auteur(genre="plateforme"), motif="cloture")
    assert set(mandat.autorisations.values_list("revoquee_par", flat=True)) == {"plateforme"}


def test_request_sent_again_gets_the_first_answer(client_aidant: Client, mandat: Mandat) -> None:
    """The first answer was lost on its way; one démarche stays open."""
    donnees = {"demarches": ["logement"], "motif": "demande"}
    adresse = reverse("mandat_revocation", args=[mandat.pk])
    premiere, seconde = (client_aidant.post(adresse, donnees) for _ in range(2))
    assert (seconde.status_code, seconde["Location"]) == (302, premiere["Location"])
    assert actions() == ["autorisation_revoquee"]
    assert relire(mandat).demarches_ouvertes == ["social"]
