"""Who asks is read with the session, and stays what Django and django-otp would have said."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from pytest_django import DjangoAssertNumQueries

from aidants.lecture_compilee import LectureCompilee
from aidants.models import Aidant, AppareilTotp, MotifDesactivation, Session
from tests.factories import AidantFactory, AppareilTotpFactory

pytestmark = pytest.mark.django_db


def _est_dedans(client: Client) -> bool:
    return client.get(reverse("compte")).status_code == 200


def test_one_statement_tells_session_account_and_factor(client_aidant: Client) -> None:
    with CaptureQueriesContext(connection) as capture:
        assert client_aidant.get(reverse("usagers")).status_code == 200
    avec = [q["sql"] for q in capture.captured_queries if '"aidants_aidant"."password"' in q["sql"]]
    assert len(avec) == 1
    assert '"aidants_session"' in avec[0]


def test_the_factor_of_the_session_opens_nothing_once_removed(
    client_aidant: Client, appareil: AppareilTotp
) -> None:
    assert _est_dedans(client_aidant)
    AppareilTotpFactory(user=appareil.user)
    appareil.delete()
    assert not _est_dedans(client_aidant)
    assert DEVICE_ID_SESSION_KEY not in client_aidant.session


def test_nor_once_it_is_not_confirmed(client_aidant: Client, appareil: AppareilTotp) -> None:
    AppareilTotp.objects.filter(pk=appareil.pk).update(confirmed=False)
    assert not _est_dedans(client_aidant)


def test_nor_is_it_another_account_s(client_aidant: Client) -> None:
    autre = AppareilTotpFactory(user=AidantFactory())
    _changer(client_aidant, lambda s: s.update({DEVICE_ID_SESSION_KEY: autre.persistent_id}))
    assert not _est_dedans(client_aidant)


def test_a_deactivated_account_is_nobody(client_aidant: Client, aidant: Aidant) -> None:
    aidant.desactiver(par=aidant.auteur, motif=MotifDesactivation.DEPART)
    assert not _est_dedans(client_aidant)


def test_a_new_password_closes_the_session(client_aidant: Client, aidant: Aidant) -> None:
    aidant.set_password("un-autre-mot-de-passe")
    aidant.save(update_fields=["password"])
    assert not _est_dedans(client_aidant)


def test_the_row_s_account_is_not_believed_against_the_session(
    client_aidant: Client, aidant: Aidant
) -> None:
    """The row names an account to list and close its sessions; what is signed in it decides."""
    Session.objects.filter(aidant=aidant).update(aidant=AidantFactory())
    page = client_aidant.get(reverse("compte"))
    assert page.wsgi_request.user == aidant


def test_a_rotated_secret_leaves_the_session_open(
    client_aidant: Client,
) -> None:
    avant = settings.SECRET_KEY
    with override_settings(SECRET_KEY="un-nouveau-secret", SECRET_KEY_FALLBACKS=[avant]):
        assert _est_dedans(client_aidant)


def test_a_finished_session_is_nobody_s(client_aidant: Client) -> None:
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert not _est_dedans(client_aidant)


def test_a_compiled_read_gives_what_its_queryset_gives(
    aidant: Aidant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    AidantFactory(nom="100 % à l'heure")

    def requete(nom: str) -> QuerySet[Aidant]:
        return Aidant.objects.filter(nom=nom, is_active=True).exclude(prenom="%s 100 %")

    lecture: LectureCompilee[Aidant] = LectureCompilee(requete, nom=str)
    with django_assert_num_queries(3):
        trouve = lecture.lire(nom="100 % à l'heure")
        toutes = lecture.toutes(nom=aidant.nom)
        rien = lecture.lire(nom="personne")
    assert trouve is not None
    assert trouve.nom == "100 % à l'heure"
    assert toutes == [aidant]
    assert rien is None


def _changer(client: Client, changer: Callable[[SessionBase], None]) -> None:
    session = client.session
    changer(session)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
