"""The pages where an usager says how to be reached, alone or beside an aidant."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Structure
from journal.models import Entree
from mandats.code_papier import CodePapier
from mandats.consultation import OUVERT
from mandats.models import Mandat
from tests.factories import MandatFactory
from tests.mandats.gestes import ouvrir

Commit = Callable[..., Any]


@pytest.fixture
def page(mandat: Mandat) -> str:
    return reverse("usager_contact", args=[mandat.usager_id])


def confirmer(client: Client, page: str, capture: Commit, adresse: str) -> Any:
    donnees = {"geste": "changer:courriel", "courriel-adresse": adresse}
    with capture(execute=True):
        suite = client.post(page, donnees)["Location"]
    code = re.search(r"\d{6}", str(mail.outbox[-1].body))
    assert code
    return client.post(suite, {"code": code.group()})


def test_aidant_writes_the_address_and_the_code_confirms_it(
    client_aidant: Client, mandat: Mandat, page: str, django_capture_on_commit_callbacks: Commit
) -> None:
    confirmer(client_aidant, page, django_capture_on_commit_callbacks, "elle@example.org")
    mandat.usager.refresh_from_db()
    assert mandat.usager.courriel == "elle@example.org"
    entree = Entree.objects.get(action="contact_change")
    assert (entree.auteur_genre, entree.structure_ref) == ("aidant", str(mandat.structure_id))


def test_usager_does_it_alone_after_franceconnect(
    client: Client, mandat: Mandat, django_capture_on_commit_callbacks: Commit
) -> None:
    session = client.session
    ouvert = {"mandats": [str(mandat.pk)], "usager": str(mandat.usager_id)}
    session[OUVERT] = ouvert | {"jusqua": time.time() + 60}
    session.save()
    page = reverse("mon_contact")
    assert client.get(page).status_code == 200
    confirmer(client, page, django_capture_on_commit_callbacks, "moi@example.org")
    assert Entree.objects.get(action="contact_change").auteur_genre == "usager"


def test_paper_code_changes_no_address(client: Client, mandat: Mandat, papier: CodePapier) -> None:
    ouvrir(client, papier, ("24", "8", "1962"))
    assert client.get(reverse("mon_contact"))["Location"] == reverse("mon_mandat")


@pytest.mark.parametrize(
    ("canal", "saisie"), [("courriel", "pas une adresse"), ("courriel", ""), ("sms", "12 34")]
)
def test_wrong_address_is_said_where_it_was_typed(
    client_aidant: Client, page: str, canal: str, saisie: str, settings: Any, tmp_path: Any
) -> None:
    settings.SMS_ADRESSE = tmp_path.as_uri()
    reponse = client_aidant.post(page, {"geste": f"changer:{canal}", f"{canal}-adresse": saisie})
    form = reponse.context["formulaires"][canal]
    assert list(form.errors) == ["adresse"]
    assert form["adresse"].value() == saisie


def test_no_telephone_where_no_sms_leaves(client_aidant: Client, page: str, settings: Any) -> None:
    settings.SMS_ADRESSE = ""
    assert list(client_aidant.get(page).context["formulaires"]) == ["courriel"]
    donnees = {"geste": "changer:sms", "sms-adresse": "06 12 34 56 78"}
    assert client_aidant.post(page, donnees).status_code == 404


def test_usager_of_another_structure_is_not_found(client_aidant: Client, mandat: Mandat) -> None:
    page = reverse("usager_contact", args=[MandatFactory().usager_id])
    assert client_aidant.get(page).status_code == 404
    assert client_aidant.post(page, {"geste": "retirer:courriel"}).status_code == 404


def test_address_taken_away_and_wish_kept(client_aidant: Client, mandat: Mandat, page: str) -> None:
    client_aidant.post(page, {"geste": "retirer:courriel"})
    client_aidant.post(page, {"geste": "avis", "voulus": "oui"})
    mandat.usager.refresh_from_db()
    assert (mandat.usager.courriel, mandat.usager.avis_utilisations) == ("", True)


@pytest.mark.parametrize("fin", ["revoque", "expire"])
def test_structure_whose_mandat_has_ended_changes_no_address(
    client_aidant: Client, mandat: Mandat, structure: Structure, fin: str
) -> None:
    """Who may not act for the person any more does not redirect what is told to them."""
    if fin == "revoque":
        mandat.revoquer(par=mandat.usager.auteur)
    else:
        hier = timezone.now() - timedelta(days=1)
        avant = hier - timedelta(days=31)
        mandat = MandatFactory(structure=structure, signe_le=avant, fin=hier, duree=31)
    page = reverse("usager_contact", args=[mandat.usager_id])
    fiche = client_aidant.get(reverse("usager", args=[mandat.usager_id]))
    assert fiche.status_code == 200
    assert page not in fiche.content.decode()
    assert client_aidant.get(page).status_code == 404
    assert client_aidant.post(page, {"geste": "retirer:courriel"}).status_code == 404
    assert client_aidant.get(f"{page}code/").status_code == 404
