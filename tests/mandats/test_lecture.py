"""The uses of one mandat by the paper code and a one-time code: this mandat's alone."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from journal.actions import UTILISATION
from journal.models import Cadre, Entree
from mandats.code_papier import CodePapier
from mandats.models import Mandat
from tests.factories import MandatFactory
from tests.mandats.gestes import ouvrir

Commit = Callable[..., Any]


def utiliser(mandat: Mandat, site: str) -> None:
    Entree.objects.inscrire(
        UTILISATION,
        acte=uuid.uuid4(),
        par=mandat.aidant.auteur,
        cadre=Cadre(structure_nom=mandat.structure.nom, fs_nom=site, demarche="logement"),
        concerne=mandat.concerne,
        details={"acr": "eidas1"},
    )


@pytest.fixture
def ouvert(client: Client, mandat: Mandat, papier: CodePapier) -> Mandat:
    usager = mandat.usager
    usager.courriel_confirme_le = timezone.now()
    usager.save()
    utiliser(mandat, "Site du mandat")
    utiliser(MandatFactory(usager=usager), "Site d’ailleurs")
    ouvrir(client, papier, ("24", "8", "1962"))
    return mandat


@pytest.fixture
def demander(client: Client, django_capture_on_commit_callbacks: Commit) -> Callable[..., Any]:
    def faire(mandat: Mandat, **donnees: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse("lecture_demander", args=[mandat.pk]), donnees)

    return faire


def donner(client: Client, mandat: Mandat, code: str) -> Any:
    return client.post(reverse("lecture_code", args=[mandat.pk]), {"code": code})


def code_recu() -> str:
    trouve = re.search(r"\d{6}", str(mail.outbox[-1].body))
    assert trouve
    return trouve.group()


def utilisations(client: Client, mandat: Mandat) -> Any:
    return client.get(reverse("mon_mandat_utilisations", args=[mandat.pk]))


def test_code_opens_the_uses_of_this_mandat_alone(
    client: Client, ouvert: Mandat, demander: Any
) -> None:
    demander(ouvert)
    reponse = donner(client, ouvert, code_recu())
    assert reponse["Location"] == reverse("mon_mandat_utilisations", args=[ouvert.pk])
    texte = utilisations(client, ouvert).content.decode()
    assert "Site du mandat" in texte
    assert "Site d’ailleurs" not in texte
    assert ouvert.aidant.nom not in texte


def test_proofs_of_this_mandat_alone_may_be_taken_home(
    client: Client, ouvert: Mandat, demander: Any
) -> None:
    ici, ailleurs = Entree.objects.filter(action=UTILISATION.cle).order_by("id")
    adresses = [reverse("preuve", args=[entree.acte]) for entree in (ici, ailleurs)]
    assert [client.get(adresse).status_code for adresse in adresses] == [404, 404]
    demander(ouvert)
    donner(client, ouvert, code_recu())
    assert [client.get(adresse).status_code for adresse in adresses] == [503, 404]  # not sealed


def test_reading_is_journaled(client: Client, ouvert: Mandat, demander: Any) -> None:
    demander(ouvert)
    donner(client, ouvert, code_recu())
    entree = Entree.objects.filter(action="consultation_usager").latest("id")
    assert entree.details == {"moyen": "code du papier et code à usage unique"}


def test_paper_alone_does_not_open_them(client: Client, ouvert: Mandat) -> None:
    attendu = reverse("mon_mandat_ouvert", args=[ouvert.pk])
    assert utilisations(client, ouvert)["Location"] == attendu


def test_wrong_code_does_not_open_them(client: Client, ouvert: Mandat, demander: Any) -> None:
    demander(ouvert)
    faux = f"{(int(code_recu()) + 1) % 10**6:06d}"
    reponse = donner(client, ouvert, faux)
    assert list(reponse.context["form"].errors) == ["code"]
    assert utilisations(client, ouvert).status_code == 302


def test_answer_is_the_same_without_a_confirmed_address(
    client: Client, ouvert: Mandat, demander: Any
) -> None:
    avec = demander(ouvert)
    pages = [client.get(avec["Location"]).content]
    type(ouvert.usager).objects.update(courriel_confirme_le=None)
    sans = demander(ouvert)
    pages.append(client.get(sans["Location"]).content)
    assert avec["Location"] == sans["Location"]
    nus = [re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page) for page in pages]
    assert nus[0] == nus[1]
    assert len(mail.outbox) == 1


def test_no_code_leaves_to_an_address_that_was_not_confirmed(ouvert: Mandat, demander: Any) -> None:
    type(ouvert.usager).objects.update(courriel_confirme_le=None)
    demander(ouvert)
    assert mail.outbox == []


def test_code_asked_in_another_browser_opens_nothing(
    client: Client, ouvert: Mandat, papier: CodePapier, demander: Any
) -> None:
    demander(ouvert)
    autre = Client()
    ouvrir(autre, papier, ("24", "8", "1962"))
    reponse = donner(autre, ouvert, code_recu())
    assert reponse["Location"] == reverse("mon_mandat_ouvert", args=[ouvert.pk])


def test_code_leaves_by_sms_to_the_telephone_that_was_confirmed(
    client: Client, ouvert: Mandat, demander: Any, settings: Any, tmp_path: Any
) -> None:
    settings.SMS_ADRESSE = tmp_path.as_uri()
    usager = ouvert.usager
    usager.poser_telephone("+33612345678")
    usager.telephone_confirme_le = timezone.now()
    usager.save()
    demander(ouvert, canal="sms")
    (fichier,) = tmp_path.glob("*.json")
    trouve = re.search(r"\d{6}\.", fichier.read_text())
    assert trouve
    assert donner(client, ouvert, trouve.group()[:6]).status_code == 302
    assert utilisations(client, ouvert).status_code == 200


def test_ending_needs_no_code_and_survives_a_dead_sms_provider(
    client: Client, ouvert: Mandat, settings: Any, django_capture_on_commit_callbacks: Commit
) -> None:
    settings.SMS_ADRESSE = "http://127.0.0.1:9/messages"
    usager = ouvert.usager
    usager.courriel = ""
    usager.poser_telephone("+33612345678")
    usager.save()
    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post(reverse("mon_mandat_arreter", args=[ouvert.pk]))
    assert reponse["Location"] == reverse("mon_mandat_recu", args=[ouvert.pk])
    assert not Mandat.objects.get(pk=ouvert.pk).est_actif
    assert ouvert.avis.get(destinataire="usager").envoye_le is None
