"""The questions of the public."""

import importlib

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from aidants_connect.models import QuestionFrequente, Rubrique
from tests.factories import QuestionFrequenteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sans_questions(db: None) -> None:
    QuestionFrequente.objects.all().delete()


def lire(client: Client) -> str:
    return client.get(reverse("faq")).content.decode().split("<main")[1]


def test_published_question_is_read_with_its_answer(client: Client) -> None:
    QuestionFrequenteFactory(question="Est-ce payant\u00a0?", reponse="**Non.**\n\n- jamais")
    page = lire(client)
    assert "Est-ce payant" in page
    assert "<strong>Non.</strong>" in page
    assert "<li>jamais</li>" in page


def test_draft_is_not_shown(client: Client) -> None:
    QuestionFrequenteFactory(question="Un brouillon", publiee=False)
    page = lire(client)
    assert "Un brouillon" not in page
    assert "Aucune question n’est encore publiée." in page


def test_questions_stand_under_their_heading_in_order(client: Client) -> None:
    QuestionFrequenteFactory(question="B", ordre=2, rubrique=Rubrique.MANDAT)
    QuestionFrequenteFactory(question="A", ordre=3, rubrique=Rubrique.MANDAT)
    QuestionFrequenteFactory(question="Z", ordre=1, rubrique=Rubrique.COMPRENDRE)
    page = lire(client)
    rangs = [page.index(f">{q}</h3>") for q in ("Z", "B", "A")]
    assert rangs == sorted(rangs)
    assert 'id="donnees"' not in page  # no empty heading


def test_question_is_text_and_never_html(client: Client) -> None:
    QuestionFrequenteFactory(question="<b>x</b>", reponse="<script>y</script>")
    page = lire(client)
    assert "&lt;b&gt;x" in page
    assert "<script>y" not in page


def test_first_questions_are_published_in_every_heading(client: Client) -> None:
    migration = importlib.import_module("aidants_connect.migrations.0002_premieres_questions")
    migration.ecrire(apps, None)
    assert QuestionFrequente.objects.publiees().count() >= 12
    assert set(QuestionFrequente.objects.values_list("rubrique", flat=True)) == set(Rubrique)
    page = lire(client)
    for adresse in ("mon_mandat", "je_signe", "franceconnect_explique", "confidentialite"):
        assert f'<a href="{reverse(adresse)}">' in page
