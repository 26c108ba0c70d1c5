"""With FranceConnect the usager sees all their mandats and every use; a paper code shows no use."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demo.franceconnect.identites import IDENTITES
from demo.franceconnect.tokens import pairwise_sub
from journal.actions import UTILISATION
from journal.models import Entree
from mandats.code_papier import CodePapier
from mandats.models import Mandat
from tests.factories import MandatFactory, UsagerFactory
from tests.mandats.gestes import ouvrir
from tests.usagers.simulateur import CLIENT_ID, Simulateur, choisir, s_identifier, suivre
from usagers.models import Usager, empreinte_sub


def utiliser(mandat: Mandat, site: str) -> None:
    """Write the journal's line of a use, as the identity provider does."""
    with transaction.atomic():
        Entree.objects.inscrire(
            UTILISATION,
            acte=uuid.uuid4(),
            par=mandat.aidant.auteur,
            cadre=replace(mandat.structure.cadre, fs_nom=site, demarche="logement"),
            concerne=mandat.concerne,
            details={"acr": "eidas1"},
        )


@pytest.fixture
def moi(db: None, franceconnect: Simulateur) -> Usager:
    """The person whom FranceConnect identifies as « usuelle »."""
    sub = pairwise_sub(IDENTITES["usuelle"], CLIENT_ID)
    return UsagerFactory(sub_hache=empreinte_sub(sub))


def entrer(client: Client, identite: str = "usuelle") -> Any:
    """Identify at FranceConnect, and read the page that follows."""
    suite = s_identifier(client, reverse("mon_mandat_franceconnect"), identite)
    assert suite["Location"] == reverse("mes_mandats")
    return client.get(suite["Location"])


def test_all_mandats_at_all_structures_are_shown(client: Client, moi: Usager) -> None:
    miens = {
        MandatFactory(usager=moi),
        MandatFactory(usager=moi, revoque=True),
        MandatFactory(usager=moi, ancien=True),
    }
    MandatFactory()
    assert set(entrer(client).context["mandats"]) == miens


def test_active_mandats_come_first(client: Client, moi: Usager) -> None:
    for etat in ("expire", "bientot", "ancien"):
        MandatFactory(usager=moi, **{etat: True})
    etats = [mandat.est_actif for mandat in entrer(client).context["mandats"]]
    assert etats == [True, False, False]


def test_every_use_is_told(client: Client, moi: Usager) -> None:
    un, autre = MandatFactory(usager=moi), MandatFactory(usager=moi)
    utiliser(un, "Site du logement")
    utiliser(autre, "Site de la santé")
    utiliser(MandatFactory(), "Site d’un autre")
    page = entrer(client)
    passages = page.context["utilisations"]
    assert [p.site for p in passages] == ["Site de la santé", "Site du logement"]
    assert [p.structure for p in passages] == [autre.structure.nom, un.structure.nom]
    assert {p.aidant for p in passages} == {"Camille D."}
    assert un.aidant.nom not in page.content.decode()


def test_each_mandat_can_be_opened_and_ended(client: Client, moi: Usager) -> None:
    mandat = MandatFactory(usager=moi)
    entrer(client)
    assert client.get(reverse("mon_mandat_ouvert", args=[mandat.pk])).status_code == 200
    client.post(reverse("mon_mandat_arreter", args=[mandat.pk]))
    assert Mandat.objects.get().est_revoque


def test_mandat_of_somebody_else_is_not_found(client: Client, moi: Usager) -> None:
    autre = MandatFactory()
    entrer(client)
    assert client.post(reverse("mon_mandat_arreter", args=[autre.pk])).status_code == 404


def test_consultation_is_journaled(client: Client, moi: Usager) -> None:
    entrer(client)
    entree = Entree.objects.select_related("sujet").get()
    assert (entree.action, entree.details) == ("consultation_usager", {"moyen": "FranceConnect"})
    assert entree.sujet.usager_ref == str(moi.pk)


@pytest.mark.usefixtures("moi")
def test_unknown_person_learns_that_there_is_nothing(client: Client) -> None:
    MandatFactory()
    page = entrer(client, "outremer")
    assert (page.status_code, page.context["mandats"]) == (200, [])
    assert Usager.objects.count() == 2
    assert not Entree.objects.exists()


def test_page_closes_after_a_quarter_of_an_hour(client: Client, moi: Usager) -> None:
    entrer(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.get(reverse("mes_mandats"))["Location"] == reverse("mon_mandat")


def test_page_is_closed_without_franceconnect(client: Client, db: None) -> None:
    assert client.get(reverse("mes_mandats"))["Location"] == reverse("mon_mandat")


def test_abandon_offers_the_paper_code_instead(client: Client, moi: Usager) -> None:
    adresse = client.post(reverse("mon_mandat_franceconnect"))["Location"]
    page = suivre(client, choisir(adresse, {"annuler": "1"}))
    assert (page.context["motif"], page.context["consultation"]) == ("abandon", True)


def test_identity_from_aidants_connect_opens_nothing(client: Client, moi: Usager) -> None:
    adresse = client.post(reverse("mon_mandat_franceconnect"))["Location"]
    page = suivre(client, choisir(adresse, {"identite": "aidants_connect"}))
    assert page.context["motif"] == "par_aidants_connect"
    assert client.get(reverse("mes_mandats"))["Location"] == reverse("mon_mandat")


# --- A paper that was found must not tell one's life ---


def test_paper_code_shows_no_use(client: Client, mandat: Mandat, papier: CodePapier) -> None:
    utiliser(mandat, "Site du logement")
    ouverte = client.get(ouvrir(client, papier, ("24", "8", "1962"))["Location"])
    liste = client.get(reverse("mes_mandats"))
    assert "Ce qui a été fait avec" not in liste.text
    for page in (ouverte, liste):
        assert "Site du logement" not in page.content.decode()


def test_paper_code_shows_its_own_mandat_alone(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    MandatFactory(usager=mandat.usager)
    ouvrir(client, papier, ("24", "8", "1962"))
    assert client.get(reverse("mes_mandats")).context["mandats"] == [mandat]


def test_what_is_over_comes_by_pages_below_what_goes_on(client: Client, moi: Usager) -> None:
    actif = MandatFactory(usager=moi)
    anciens = {MandatFactory(usager=moi, revoque=True) for _ in range(25)}
    premiere = entrer(client).context["mandats"]
    page = client.get(reverse("mes_mandats"), {"termines": 2, "page": 1})
    suite = page.context["mandats"]
    assert premiere[0] == suite[0] == actif
    assert (len(premiere), len(suite)) == (21, 6)
    assert {*premiere[1:], *suite[1:]} == anciens
    assert "Mandats plus récents" in page.content.decode()
    assert "Mandats plus anciens" not in page.content.decode()
