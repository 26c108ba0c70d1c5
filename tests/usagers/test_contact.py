"""How the usager is reached: confirmed by a code, journaled, the address before is told."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import SessionBase
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from journal.models import Entree
from tests.factories import UsagerFactory
from tests.mandats.gestes import ensemble
from usagers import contact
from usagers.contact import NumeroInvalide, lire_numero
from usagers.identite import Identite
from usagers.models import Canal, MessageUsager, Usager
from usagers.models.messages import VALIDITE, GenreMessage
from usagers.models.usagers import empreinte_sub

Commit = Callable[..., Any]
NOUVELLE = "nouvelle@example.org"


@pytest.fixture
def usager(db: None) -> Usager:
    return UsagerFactory(courriel="avant@example.org")


@pytest.fixture
def session(client: Client) -> SessionBase:
    return client.session


@pytest.fixture
def demander(
    usager: Usager, session: SessionBase, django_capture_on_commit_callbacks: Commit
) -> Callable[..., MessageUsager]:
    """Ask for a code to confirm an address; return the message that left."""

    def faire(adresse: str = NOUVELLE, canal: str = Canal.COURRIEL) -> MessageUsager:
        with django_capture_on_commit_callbacks(execute=True):
            contact.demander_code(
                session, GenreMessage.CONFIRMATION,
                usager=usager, canal=canal, adresse=adresse, ip="192.0.2.1",
            )  # fmt: skip
        attendu = contact.code_attendu(session, GenreMessage.CONFIRMATION, usager=usager)
        assert attendu
        return attendu

    return faire


def code_recu() -> str:
    trouve = re.search(r"\d{6}", str(mail.outbox[-1].body))
    assert trouve
    return trouve.group()


def verifier(message: MessageUsager, saisie: str) -> MessageUsager | None:
    return contact.verifier_code(message, saisie, ip="192.0.2.1")


# --- Telephone numbers ---


@pytest.mark.parametrize(
    ("saisie", "attendu"),
    [("06 12 34 56 78", "+33612345678"), ("+33 6.12.34.56.78", "+33612345678"),
     ("+44 7400 123456", "+447400123456")],
)  # fmt: skip
def test_number_is_kept_in_e164(saisie: str, attendu: str) -> None:
    assert lire_numero(saisie) == attendu


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_is_refused(texte: str) -> None:
    try:
        lu = lire_numero(texte)
    except NumeroInvalide:
        return
    assert re.fullmatch(r"\+\d{6,15}", lu)
    assert lire_numero(lu) == lu


# --- Confirming ---


def test_code_confirms_the_address(usager: Usager, demander: Any) -> None:
    message = demander()
    accepte = verifier(message, f" {code_recu()[:3]} {code_recu()[3:]} ")
    assert accepte
    contact.poser(accepte, par=usager.auteur)
    usager.refresh_from_db()
    assert usager.courriel == NOUVELLE
    assert usager.courriel_confirme_le


def test_code_is_kept_as_a_hash_alone(demander: Any) -> None:
    message = demander()
    contenu = str(MessageUsager.objects.filter(pk=message.pk).values().get())
    assert code_recu() not in contenu
    assert NOUVELLE not in contenu


def test_code_serves_once(demander: Any) -> None:
    message = demander()
    assert verifier(message, code_recu())
    assert verifier(message, code_recu()) is None


def test_code_lives_ten_minutes(demander: Any) -> None:
    message, code = demander(), code_recu()
    with time_machine.travel(timezone.now() + VALIDITE + timedelta(seconds=1)):
        assert verifier(message, code) is None


def test_five_wrong_tries_kill_the_code(demander: Any) -> None:
    message, code = demander(), code_recu()
    faux = f"{(int(code) + 1) % 10**6:06d}"
    assert not any(verifier(message, faux) for _ in range(5))
    assert verifier(message, code) is None


def test_new_message_does_not_take_the_code_of_the_one_before(demander: Any) -> None:
    demander()
    ancien = code_recu()
    nouveau = demander("autre@example.org")
    assert ancien == code_recu() or verifier(nouveau, ancien) is None


def test_demands_are_slowed_and_look_the_same(demander: Any) -> None:
    for _ in range(5):
        demander()
    assert len(mail.outbox) == 3
    assert MessageUsager.objects.count() == 5


@pytest.mark.usefixtures("transactional_db")
def test_code_given_eight_times_at_once_serves_once() -> None:
    usager = UsagerFactory()
    message = MessageUsager.objects.ecrire(
        GenreMessage.CONFIRMATION, canal="courriel", usager=usager, adresse=NOUVELLE
    )
    code = message.tirer_code()
    rendus = ensemble(*[partial(verifier, message, code)] * 4)
    assert sum(rendu is not None for rendu in rendus) == 1


# --- What a change leaves behind ---


def test_change_is_journaled_without_the_address(usager: Usager, demander: Any) -> None:
    message = demander()
    contact.poser(message, par=usager.auteur)
    entree = Entree.objects.select_related("sujet").get()
    assert entree.details == {"canal": "courriel", "geste": "changement"}
    assert entree.sujet.usager_ref == str(usager.pk)
    assert "@" not in f"{entree.phrase()}{entree.sujet.precision}"


def test_address_before_is_told(
    usager: Usager, demander: Any, django_capture_on_commit_callbacks: Commit
) -> None:
    message = demander()
    with django_capture_on_commit_callbacks(execute=True):
        contact.poser(message, par=usager.auteur)
    assert mail.outbox[-1].to == ["avant@example.org"]


def test_address_is_taken_away_once(usager: Usager) -> None:
    for _ in range(2):
        contact.retirer(usager, Canal.COURRIEL, par=usager.auteur)
    usager.refresh_from_db()
    assert usager.courriel == ""
    assert Entree.objects.get().details["geste"] == "retrait"


def test_telephone_is_encrypted_at_rest(usager: Usager, demander: Any, settings: Any) -> None:
    settings.SMS_ADRESSE = ""
    message = MessageUsager.objects.ecrire(
        GenreMessage.CONFIRMATION, canal=Canal.SMS, usager=usager, adresse="+33612345678"
    )
    contact.poser(message, par=usager.auteur)
    usager.refresh_from_db()
    assert usager.telephone == "+33612345678"
    assert b"612345678" not in bytes(usager.telephone_chiffre or b"")


def test_wish_to_be_told_at_each_use_is_journaled_once(usager: Usager) -> None:
    for _ in range(2):
        contact.choisir_avis(usager, voulus=True, par=usager.auteur)
    assert Entree.objects.get().details == {"choix": "oui"}


# --- What a stranger may do with it ---


@pytest.mark.django_db
def test_one_address_is_not_written_to_by_many(
    session: SessionBase, django_capture_on_commit_callbacks: Commit
) -> None:
    """Each person has their own allowance: the address that receives it all has one too."""
    for rang in range(15):
        with django_capture_on_commit_callbacks(execute=True):
            contact.demander_code(
                session, GenreMessage.CONFIRMATION,
                usager=UsagerFactory(), canal=Canal.COURRIEL,
                adresse="victime@example.org",                ip=f"192.0.2.{rang}",
            )  # fmt: skip
    assert 0 < len(mail.outbox) <= 5


def test_guesses_count_from_one_code_to_the_next(usager: Usager) -> None:
    """A new code gives five new tries: the person's own budget ends them."""
    for rang in range(6):
        message = MessageUsager.objects.ecrire(
            GenreMessage.LECTURE, canal=Canal.COURRIEL, usager=usager, adresse=NOUVELLE
        )
        code = message.tirer_code()
        faux = f"{(int(code) + 1) % 10**6:06d}"
        for essai in range(4):
            assert contact.verifier_code(message, faux, ip=f"192.0.2.{rang * 4 + essai}") is None
    assert contact.verifier_code(message, code, ip="192.0.2.200") is None


def test_address_of_before_is_told_even_days_later(usager: Usager, demander: Any) -> None:
    """A mail server that is down for two days must not hide that the address was changed."""
    contact.poser(demander(), par=usager.auteur)
    avant = MessageUsager.objects.get(genre=GenreMessage.CHANGEMENT)
    perimes = MessageUsager.objects.perimes(timezone.now() + timedelta(days=2))
    assert avant not in perimes
    MessageUsager.objects.update(envoye_le=timezone.now())
    assert avant in perimes.all()


def test_address_that_franceconnect_gives_does_not_pass_for_confirmed(usager: Usager) -> None:
    """Confirmed by another request meanwhile: what FranceConnect says does not replace it."""
    identite = Identite(
        sub="s", prenoms="A", nom="B", nom_usage="", sexe="female", date_naissance="1962-08-24",
        lieu_naissance="75056", pays_naissance="99100", courriel="fc@example.org",
    )  # fmt: skip
    Usager.objects.filter(pk=usager.pk).update(sub_hache=empreinte_sub("s"))
    with CaptureQueriesContext(connection) as requetes:
        Usager.objects.identifier(identite, par=usager.auteur)
    lectures = [r["sql"] for r in requetes if "SELECT" in r["sql"] and "usagers_usager" in r["sql"]]
    assert "FOR" in lectures[0]
