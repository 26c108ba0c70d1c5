"""The verification of each night: when it is due, what it goes over, what is told of it."""

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants import envoi, temoins
from aidants.models import Courrier
from aidants_connect import taches
from journal import comptes, controle, etat
from journal.models import Entree
from journal.sceaux import CompteMensuel, Controle
from journal.temoins import lire
from journal.verification import Verification
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory
from tests.journal.registre_de_test import forcer, garnir, notes, sceller

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _sans_role_a_part(settings: Any) -> None:
    """The test's own transaction is not seen from another connection."""
    settings.BASES_JOURNAL = {"audit": {}}
    settings.COURRIEL_TECHNIQUE = "technique@example.org"
    settings.COURRIELS_TEMOINS = ["dpo@example.org", "archive@example.org"]


@pytest.fixture
def ids() -> list[int]:
    ids = garnir(30, random.Random(6))  # noqa: S311 - repeatable
    sceller(lot=10)
    return ids


def fini(**autres: Any) -> Controle:
    champs = {"fini_le": timezone.now(), "duree": 1.0, "entier": True} | autres
    return Controle.objects.create(**champs)


def alterer(cle: int) -> None:
    forcer("UPDATE journal_entree SET fs_nom = 'x' WHERE id = %s", cle)


def codes(fait: Controle | None) -> set[str]:
    assert fait
    return {constat["code"] for constat in fait.constats}


# --- When ---


@pytest.mark.parametrize(
    ("heure", "dernier", "du"),
    [
        (3, None, True),
        (3, datetime(2027, 3, 9, 23, tzinfo=PARIS), True),
        (3, datetime(2027, 3, 10, 2, 30, tzinfo=PARIS), False),
        (1, datetime(2027, 3, 9, 2, 30, tzinfo=PARIS), False),
        (23, datetime(2027, 3, 10, 2, 30, tzinfo=PARIS), False),
    ],
)
def test_due_once_a_night(heure: int, dernier: datetime | None, du: bool) -> None:
    if dernier:
        fini(fini_le=dernier)
    assert controle.est_du(datetime(2027, 3, 10, heure, 10, tzinfo=PARIS)) is du


def test_one_that_failed_is_tried_again() -> None:
    fini(echec="OperationalError")
    assert controle.est_du(timezone.now())


# --- What ---


def test_first_one_is_whole_then_each_goes_on_from_the_last(ids: list[int]) -> None:
    premier = controle.controler()
    assert premier
    assert (premier.entier, premier.taille, premier.est_bon) == (True, 30, True)
    alterer(ids[3])  # before the head that was verified: for the week's whole one
    garnir(5, random.Random(7))  # noqa: S311 - repeatable
    sceller()
    suite = controle.controler()
    assert suite
    assert (suite.entier, suite.taille, suite.est_bon) == (False, 35, True)


def test_whole_one_comes_back_each_week(ids: list[int]) -> None:
    controle.controler()
    alterer(ids[3])
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert codes(controle.controler()) >= {"J01"}


def test_after_a_finding_all_is_verified_again(ids: list[int]) -> None:
    alterer(ids[3])
    for _ in range(2):
        fait = controle.controler()
        assert codes(fait) == {"J01"}
        assert fait
        assert fait.entier


def test_what_could_not_be_done_is_kept_with_its_reason(ids: list[int], monkeypatch: Any) -> None:
    def refuser(_: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr(Verification, "constats", refuser)
    fait = controle.controler()
    assert fait
    assert (fait.echec, fait.est_bon) == ("ValueError: no", False)


@pytest.mark.django_db(transaction=True)
def test_second_one_at_the_same_time_gives_way() -> None:
    """A long task is given again by the broker while it runs."""
    autre = connection.copy()
    try:
        with autre.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_lock(%s)", [controle.VERROU])
            assert controle.controler() is None
            curseur.execute("SELECT pg_advisory_unlock(%s)", [controle.VERROU])
    finally:
        autre.close()
    assert controle.controler() is not None


# --- Told ---


def test_all_is_well(ids: list[int]) -> None:
    taches.verifier_le_journal()
    assert temoins.alarmes() == []
    reponse = Client().get(reverse("sante_journal"))
    assert (reponse.status_code, reponse.content) == (200, b"ok")


def test_young_journal_has_no_alarm_for_nights_to_come(ids: list[int]) -> None:
    assert temoins.alarmes() == []


def test_old_verification_and_witness_are_alarms(ids: list[int]) -> None:
    taches.verifier_le_journal()
    with time_machine.travel(timezone.now() + timedelta(hours=27)):
        assert temoins.alarmes() == ["verification", "courriel"]
        reponse = Client().get(reverse("sante_journal"))
    assert reponse.status_code == 503
    assert reponse.content.decode().count("26 heures") == 2


def test_entry_without_a_seal_for_a_minute_is_an_alarm(ids: list[int]) -> None:
    garnir(1, random.Random(3))  # noqa: S311 - repeatable
    assert etat.lire().alarmes == []
    with time_machine.travel(timezone.now() + timedelta(seconds=90)):
        assert etat.lire().alarmes == ["retard"]


def test_finding_is_told_once_a_day_by_mail(ids: list[int]) -> None:
    alterer(ids[3])
    taches.verifier_le_journal()
    for _ in range(3):
        assert taches.surveiller_le_journal() == ["constats"]
    (courrier,) = Courrier.objects.filter(genre="alarme_journal")
    envoi.envoyer(courrier.pk)
    assert mail.outbox[-1].to == ["technique@example.org"]
    assert "a trouvé quelque chose" in str(mail.outbox[-1].body)
    assert reverse("admin:journal_etat") in str(mail.outbox[-1].body)


def test_head_leaves_once_a_day_and_bears_witness(ids: list[int]) -> None:
    assert [taches.envoyer_la_tete_du_journal() for _ in range(2)] == [2, 0]
    for courrier in Courrier.objects.filter(genre="tete_journal"):
        envoi.envoyer(courrier.pk)
    assert {tuple(message.to) for message in mail.outbox} == {
        ("dpo@example.org",), ("archive@example.org",),
    }  # fmt: skip
    assert notes()[-1] in str(mail.outbox[-1].body)
    recu = mail.outbox[-1].message().as_bytes()
    assert lire(recu, []) == notes()[-1]
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert taches.envoyer_la_tete_du_journal() == 2


def test_no_head_leaves_without_an_address(ids: list[int], settings: Any) -> None:
    settings.COURRIELS_TEMOINS = []
    settings.MENTIONS = {**settings.MENTIONS, "courriel_dpo": ""}
    assert taches.envoyer_la_tete_du_journal() == 0
    settings.MENTIONS = {**settings.MENTIONS, "courriel_dpo": "dpo@example.org"}
    assert taches.envoyer_la_tete_du_journal() == 1


def test_command_does_all_that_is_due(ids: list[int], capsys: Any) -> None:
    call_command("veiller_journal")
    dit = capsys.readouterr().out
    assert "0 findings" in dit
    assert "Heads sent: 2." in dit


# --- Figures ---


def test_each_sealed_entry_is_counted_once(ids: list[int]) -> None:
    assert comptes.compter() == 30
    garnir(7, random.Random(9))  # noqa: S311 - repeatable
    assert comptes.compter() == 0  # not sealed yet
    sceller()
    assert [comptes.compter(), comptes.compter()] == [7, 0]
    comptees = dict(CompteMensuel.objects.values_list("action", "nombre"))
    assert sum(comptees.values()) == Entree.objects.count() == 37
    for action, nombre in comptees.items():
        assert Entree.objects.filter(action=action).count() == nombre


# --- Pages ---


def supervision() -> Client:
    client = Client()
    ouvrir_session(client, AidantFactory(supervision=True))
    return client


def test_supervision_reads_the_state_in_french(ids: list[int], settings: Any) -> None:
    alterer(ids[3])
    controle.controler()
    comptes.compter()
    page = supervision().get(reverse("admin:journal_etat")).content.decode()
    for attendu in (
        "Une ligne a été changée après avoir été scellée.", "aucune autorité n’est réglée",
        "Identification FranceConnect", notes()[-1].splitlines()[2],
    ):  # fmt: skip
        assert attendu in page, attendu


def test_state_of_an_empty_journal_reads() -> None:
    for adresse in (reverse("admin:journal_etat"), reverse("journal")):
        assert supervision().get(adresse).status_code == 200


def test_public_page_gives_the_heads_as_files(ids: list[int]) -> None:
    page = Client().get(reverse("journal"))
    assert "La première vérification n’a pas encore eu lieu" in page.content.decode()
    assert "Oui." not in page.content.decode()  # nobody has looked yet
    numero = len(notes())
    adresse = reverse("journal_sceau", args=[numero])
    assert adresse in page.content.decode()
    assert Client().get(adresse).content.decode() == notes()[-1]
