"""Translations and videos in the admin: the supervision alone, each write with its journal row."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant
from aidants_connect.catalogue import sources
from aidants_connect.lecture import empreinte
from aidants_connect.models import Etat, Traduction, VideoSignes
from journal.models import Entree
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, VideoSignesFactory

pytestmark = pytest.mark.django_db
_PAGES = "admin:aidants_connect_traduction"
_VIDEOS = "admin:aidants_connect_videosignes"


@pytest.fixture
def supervision() -> Aidant:
    return AidantFactory(supervision=True)


@pytest.fixture
def client_supervision(client: Client, supervision: Aidant) -> Client:
    ouvrir_session(client, supervision)
    return client


@pytest.fixture
def traduction() -> Traduction:
    return Traduction.objects.get(cle="signature.autorise.structure", langue="ar")


def changer(client: Client, traduction: Traduction, **saisie: str) -> Any:
    adresse = reverse(f"{_PAGES}_change", args=[traduction.pk])
    return client.post(adresse, {"texte": traduction.texte} | saisie, follow=True)


def test_french_stands_beside_with_the_language_said(
    client_supervision: Client, traduction: Traduction
) -> None:
    page = client_supervision.get(reverse(f"{_PAGES}_change", args=[traduction.pk]))
    texte = page.content.decode()
    assert sources()[traduction.cle] in texte
    assert 'lang="ar" dir="rtl"' in texte
    assert "À relire" in texte


def test_text_reviewed_says_by_whom_and_is_journaled(
    client_supervision: Client, supervision: Aidant, traduction: Traduction
) -> None:
    changer(client_supervision, traduction, texte="نص {structure}", relue="on")
    traduction.refresh_from_db()
    assert (traduction.texte, traduction.etat) == ("نص {structure}", Etat.RELUE)
    assert traduction.relue_par == supervision
    assert traduction.relue_le
    entree = Entree.objects.get()
    assert (entree.action, entree.auteur_genre) == ("traduction_ecrite", "supervision")
    assert entree.details == {
        "bloc": "signature.autorise.structure", "langue": "arabe", "relue": True,
    }  # fmt: skip


def test_text_changed_without_saying_so_is_to_review_again(
    client_supervision: Client, traduction: Traduction
) -> None:
    changer(client_supervision, traduction, relue="on")
    changer(client_supervision, traduction, texte="آخر {structure}")
    traduction.refresh_from_db()
    assert (traduction.etat, traduction.relue_par, traduction.relue_le) == ("a_relire", None, None)


@pytest.mark.parametrize("texte", ["", "نص", "{structure} {autre}"])
def test_text_without_its_values_is_refused(
    client_supervision: Client, traduction: Traduction, texte: str
) -> None:
    reponse = changer(client_supervision, traduction, texte=texte)
    assert list(reponse.context["adminform"].form.errors) == ["texte"]
    assert not Entree.objects.exists()


def test_missing_text_is_added_once(client_supervision: Client) -> None:
    Traduction.objects.filter(cle="je_signe.titre", langue="ar").delete()
    saisie = {"cle": "je_signe.titre", "langue": "ar", "texte": "نص"}
    client_supervision.post(reverse(f"{_PAGES}_add"), saisie)
    ajoutee = Traduction.objects.get(cle="je_signe.titre", langue="ar")
    assert (ajoutee.etat, ajoutee.source) == ("a_relire", empreinte("Ce que je signe"))
    client_supervision.post(reverse(f"{_PAGES}_add"), saisie)
    client_supervision.post(reverse(f"{_PAGES}_add"), saisie | {"cle": "inconnu"})
    assert Entree.objects.count() == 1


def test_several_are_marked_reviewed_each_with_its_row(
    client_supervision: Client, traduction: Traduction
) -> None:
    autre = Traduction.objects.get(cle="je_signe.titre", langue="ar")
    Traduction.objects.filter(pk=autre.pk).update(source="ancienne")
    choix = {"action": "marquer_relues", "_selected_action": [str(traduction.pk), str(autre.pk)]}
    for _ in range(2):  # the second time there is nothing left to review
        client_supervision.post(reverse(f"{_PAGES}_changelist"), choix)
    assert Traduction.objects.filter(etat="relue").count() == 2
    assert Traduction.objects.get(pk=autre.pk).source == empreinte("Ce que je signe")
    assert Entree.objects.count() == 2


def test_list_finds_what_the_french_has_left_behind(
    client_supervision: Client, traduction: Traduction
) -> None:
    Traduction.objects.filter(pk=traduction.pk).update(source="ancienne")
    page = client_supervision.get(reverse(f"{_PAGES}_changelist"), {"source": "changee"})
    assert [trouvee.pk for trouvee in page.context["cl"].result_list] == [traduction.pk]


def test_text_is_not_kept_without_its_journal_row(
    client_supervision: Client, traduction: Traduction
) -> None:
    client_supervision.raise_request_exception = False
    with patch("journal.models._ecrire", side_effect=RuntimeError):
        assert changer(client_supervision, traduction, relue="on").status_code == 500
    traduction.refresh_from_db()
    assert traduction.etat == Etat.A_RELIRE


def test_database_knows_no_reviewed_text_without_a_reviewer(traduction: Traduction) -> None:
    traduction.etat = Etat.RELUE
    with pytest.raises(IntegrityError, match="traduction_relue_par_quelqu_un"):
        traduction.save()


def test_video_is_written_and_emptied_with_journal_rows(client_supervision: Client) -> None:
    saisie = {"page": "je_signe", "adresse": "https://video.example.org/1"}
    client_supervision.post(reverse(f"{_VIDEOS}_add"), saisie)
    client_supervision.post(reverse(f"{_VIDEOS}_change", args=["je_signe"]), {"adresse": ""})
    assert VideoSignes.objects.get().adresse == ""
    actes = Entree.objects.order_by("id").values_list("action", "details")
    page = {"page": "Ce que je signe"}
    assert list(actes) == [
        ("video_signes_ecrite", page | {"visible": True}),
        ("video_signes_ecrite", page | {"visible": False}),
    ]


@pytest.mark.parametrize("adresse", ["javascript:alert(1)", "http://example.org", "/ici/"])
def test_video_has_a_safe_address(client_supervision: Client, adresse: str) -> None:
    client_supervision.post(reverse(f"{_VIDEOS}_add"), {"page": "je_signe", "adresse": adresse})
    assert not VideoSignes.objects.exists()


@pytest.mark.parametrize("page", ["changelist", "add", "change", "history", "delete"])
def test_responsable_reaches_no_page(client: Client, traduction: Traduction, page: str) -> None:
    ouvrir_session(client, AppartenanceFactory(responsable=True).aidant)
    for pages, objet in ((_PAGES, traduction.pk), (_VIDEOS, VideoSignesFactory().pk)):
        args = [] if page in ("changelist", "add") else [objet]
        for demander in (client.get, client.post):
            assert demander(reverse(f"{pages}_{page}", args=args)).status_code == 403
    assert not Entree.objects.exists()
