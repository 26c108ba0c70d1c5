"""The draft of a mandat: what is chosen, for whom, and for half an hour."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.demarches import DEMARCHES
from aidants.models import Aidant, Structure
from journal.models import Entree
from mandats.models import Projet
from mandats.models.projets import DUREE_DE_VIE
from tests.clients_http import ouvrir_session
from tests.factories import AppartenanceFactory, MandatFactory, ProjetFactory

SECONDE = timedelta(seconds=1)


def choisir(client: Client, **donnees: Any) -> Any:
    base = {"demarches": ["social", "logement"], "duree": "182"}
    choix = {nom: valeur for nom, valeur in (base | donnees).items() if valeur is not None}
    return client.post(reverse("projet_nouveau"), choix)


def test_choice_opens_a_draft_of_the_current_structure(
    client_aidant: Client, aidant: Aidant, structure: Structure
) -> None:
    reponse = choisir(client_aidant)
    projet = Projet.objects.get()
    assert reponse["Location"] == reverse("projet_identification", args=[projet.pk])
    assert (projet.aidant, projet.structure, projet.duree) == (aidant, structure, 182)
    assert projet.demarches == ["social", "logement"]


def test_draft_lives_half_an_hour(client_aidant: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        choisir(client_aidant)
        assert Projet.objects.get().expire_le == timezone.now() + DUREE_DE_VIE


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("age", "expire"), [(DUREE_DE_VIE - SECONDE, False), (DUREE_DE_VIE, True)])
def test_draft_expires_to_the_second(age: timedelta, expire: bool) -> None:
    with time_machine.travel(timezone.now(), tick=False) as voyage:
        projet = ProjetFactory()
        voyage.shift(age)
        assert projet.est_expire is expire
        assert Projet.objects.ouverts().exists() is not expire


@pytest.mark.usefixtures("db")
def test_signed_draft_never_expires() -> None:
    projet = ProjetFactory(expire=True, mandat=MandatFactory())
    assert not projet.est_expire
    assert not Projet.objects.ouverts().exists()


@pytest.mark.parametrize("duree", ["1", "31", "182", "365"])
def test_four_durations_are_offered(client_aidant: Client, duree: str) -> None:
    choisir(client_aidant, duree=duree)
    assert Projet.objects.get().duree == int(duree)


@pytest.mark.parametrize(
    ("donnees", "fautif"),
    [
        ({"demarches": []}, "demarches"),
        ({"demarches": ["pêche"]}, "demarches"),
        ({"duree": None}, "duree"),
        ({"duree": "30"}, "duree"),
        ({"duree": "jamais"}, "duree"),
    ],
)
def test_wrong_choice_is_said_and_the_rest_is_kept(
    client_aidant: Client, donnees: dict[str, Any], fautif: str
) -> None:
    form = choisir(client_aidant, **donnees).context["form"]
    assert list(form.errors) == [fautif]
    if fautif == "duree":
        assert [d.cle for d, cochee in form.tuiles if cochee] == ["social", "logement"]
    else:
        assert form["duree"].value() == "182"
    assert not Projet.objects.exists()


def test_ten_demarches_can_be_chosen_at_once(client_aidant: Client) -> None:
    choisir(client_aidant, demarches=list(reversed(DEMARCHES)))
    assert Projet.objects.get().demarches == list(DEMARCHES)


def test_structure_restricted_to_some_demarches_offers_those(
    client_aidant: Client, structure: Structure
) -> None:
    Structure.objects.filter(pk=structure.pk).update(demarches=["logement"])
    page = client_aidant.get(reverse("projet_nouveau"))
    assert [d.cle for d, _ in page.context["form"].tuiles] == ["logement"]
    assert list(choisir(client_aidant).context["form"].errors) == ["demarches"]


def test_link_chooses_already(client_aidant: Client) -> None:
    adresse = f"{reverse('projet_nouveau')}?demarches=social&demarches=justice&duree=31"
    form = client_aidant.get(adresse).context["form"]
    assert [d.cle for d, cochee in form.tuiles if cochee] == ["social", "justice"]
    assert form["duree"].value() == "31"


def test_strange_link_is_no_error(client_aidant: Client) -> None:
    adresse = f"{reverse('projet_nouveau')}?demarches=<b>&duree=jamais"
    assert client_aidant.get(adresse).status_code == 200


def test_reading_the_page_opens_no_draft(client_aidant: Client) -> None:
    client_aidant.get(reverse("projet_nouveau"))
    assert not Projet.objects.exists()


def test_draft_writes_nothing_in_the_journal(client_aidant: Client) -> None:
    choisir(client_aidant)
    assert not Entree.objects.exists()


def test_structure_is_frozen_on_the_draft(client_aidant: Client, aidant: Aidant) -> None:
    choisir(client_aidant)
    avant = Projet.objects.get().structure
    autre = AppartenanceFactory(aidant=aidant).structure
    client_aidant.post(reverse("changer_structure"), {"structure": str(autre.pk)})
    adresse = reverse("projet_identification", args=[Projet.objects.get().pk])
    assert client_aidant.get(adresse).context["projet"].structure == avant


@pytest.mark.usefixtures("db")
def test_draft_without_demarche_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="projet_une_demarche"), transaction.atomic():
        ProjetFactory(demarches=[])


# --- Step 2 ---


def identification(projet: Projet) -> str:
    return reverse("projet_identification", args=[projet.pk])


def test_choices_can_be_changed_without_being_lost(
    client_aidant: Client, aidant: Aidant, structure: Structure
) -> None:
    demarches = ["logement", "social"]
    projet = ProjetFactory(aidant=aidant, structure=structure, demarches=demarches)
    retour = client_aidant.get(identification(projet)).context["retour"]
    assert parse_qs(urlsplit(retour).query) == {"demarches": demarches, "duree": ["31"]}


def test_draft_with_its_usager_goes_on_to_the_signature(
    client_aidant: Client, projet: Projet
) -> None:
    for reponse in (
        client_aidant.get(identification(projet)),
        client_aidant.post(identification(projet)),
    ):
        assert reponse["Location"] == reverse("projet_signature", args=[projet.pk])


def test_expired_draft_offers_the_same_choices_again(
    client_aidant: Client, aidant: Aidant, structure: Structure
) -> None:
    projet = ProjetFactory(aidant=aidant, structure=structure, expire=True)
    for reponse in (
        client_aidant.get(identification(projet)),
        client_aidant.post(identification(projet)),
    ):
        assert reponse.status_code == 410
        assert "demarches=logement&amp;duree=31" in reponse.content.decode()


def test_signed_draft_leads_to_its_mandat(
    client_aidant: Client, aidant: Aidant, structure: Structure
) -> None:
    mandat = MandatFactory(structure=structure)
    projet = ProjetFactory(aidant=aidant, structure=structure, mandat=mandat)
    reponse = client_aidant.get(identification(projet))
    assert reponse["Location"] == reverse("mandat_fait", args=[mandat.pk])


@pytest.mark.parametrize("methode", ["get", "post"])
def test_draft_of_a_colleague_is_not_found(client: Client, projet: Projet, methode: str) -> None:
    ouvrir_session(client, AppartenanceFactory(structure=projet.structure).aidant)
    assert getattr(client, methode)(identification(projet)).status_code == 404
