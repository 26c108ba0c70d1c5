"""Questions in the admin: the supervision alone writes them, each write with its journal row."""

from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from aidants import connexion
from aidants.models import Aidant
from aidants_connect.models import QuestionFrequente
from journal.models import Entree
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, QuestionFrequenteFactory

pytestmark = pytest.mark.django_db

_PAGES = "admin:aidants_connect_questionfrequente"
SAISIE = {
    "question": "Est-ce payant\u00a0?",
    "reponse": "Non.",
    "rubrique": "comprendre",
    "ordre": "10",
    "publiee": "on",
}


@pytest.fixture
def supervision() -> Aidant:
    return AidantFactory(supervision=True)


@pytest.fixture
def client_supervision(client: Client, supervision: Aidant) -> Client:
    ouvrir_session(client, supervision)
    return client


def ecrire(client: Client, question: QuestionFrequente | None = None, **autres: str) -> Any:
    page = f"{_PAGES}_change" if question else f"{_PAGES}_add"
    adresse = reverse(page, args=[question.pk] if question else [])
    return client.post(adresse, SAISIE | autres, follow=True)


def test_written_question_is_journaled(client_supervision: Client, supervision: Aidant) -> None:
    ecrire(client_supervision)
    question = QuestionFrequente.objects.get(question=SAISIE["question"])
    assert (question.reponse, question.publiee) == ("Non.", True)
    entree = Entree.objects.get()
    assert (entree.action, entree.auteur_genre) == ("question_creee", "supervision")
    assert entree.details == {"question": question.question, "publiee": True}
    assert entree.sujet.auteur_ref == str(supervision.pk)


def test_change_and_withdrawal_are_journaled(client_supervision: Client) -> None:
    question = QuestionFrequenteFactory()
    ecrire(client_supervision, question, publiee="")
    question.refresh_from_db()
    assert (question.question, question.publiee) == (SAISIE["question"], False)
    entree = Entree.objects.get()
    assert (entree.action, entree.details["publiee"]) == ("question_modifiee", False)


def test_question_is_not_kept_without_its_journal_row(client_supervision: Client) -> None:
    client_supervision.raise_request_exception = False
    with patch("journal.models._ecrire", side_effect=RuntimeError):
        assert ecrire(client_supervision).status_code == 500
    assert not QuestionFrequente.objects.filter(question=SAISIE["question"]).exists()


def test_two_questions_do_not_read_the_same(client_supervision: Client) -> None:
    QuestionFrequenteFactory(question=SAISIE["question"])
    reponse = ecrire(client_supervision)
    assert list(reponse.context["adminform"].form.errors) == ["question"]
    assert not Entree.objects.exists()


def test_nobody_deletes_a_question(client_supervision: Client) -> None:
    question = QuestionFrequenteFactory()
    adresse = reverse(f"{_PAGES}_delete", args=[question.pk])
    assert client_supervision.post(adresse, {"post": "yes"}).status_code == 403
    assert QuestionFrequente.objects.contains(question)


@pytest.mark.parametrize("page", ["changelist", "add", "change", "history", "delete"])
def test_responsable_reaches_no_page_of_questions(client: Client, page: str) -> None:
    question = QuestionFrequenteFactory()
    ouvrir_session(client, AppartenanceFactory(responsable=True).aidant)
    args = [] if page in ("changelist", "add") else [question.pk]
    for demander in (client.get, client.post):
        assert demander(reverse(f"{_PAGES}_{page}", args=args)).status_code == 403
    assert not Entree.objects.exists()


def test_writing_asks_a_recent_code(client_supervision: Client) -> None:
    session = client_supervision.session
    session[connexion.TOTP_LE] -= 600
    session.save()
    reponse = client_supervision.post(reverse(f"{_PAGES}_add"), SAISIE)
    assert reponse["Location"].startswith(reverse("reprise"))
    assert not QuestionFrequente.objects.filter(question=SAISIE["question"]).exists()
