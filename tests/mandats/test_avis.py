"""Notices: to whom an address is known, once, on the record; a failure costs a delay only."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from aidants.models.envois import ATTENTE_MAX, ESSAIS_MAX, PATIENCE
from journal.models import Entree
from mandats import courriels, taches
from mandats.models import Avis, Mandat, Projet
from mandats.models.avis import Destinataire, Genre
from tests.factories import MandatFactory, StructureFactory, UsagerFactory
from tests.mandats import gestes
from tests.mandats.gestes import ensemble

Commit = Callable[..., Any]


def courriels_a(adresse: str) -> list[Any]:
    return [courriel for courriel in mail.outbox if courriel.to == [adresse]]


def envois() -> list[dict[str, Any]]:
    entrees = Entree.objects.filter(action="avis_envoye").order_by("id")
    return [entree.details for entree in entrees]


@pytest.fixture
def avis(mandat: Mandat) -> Avis:
    return Avis.objects.create(
        mandat=mandat, genre=Genre.SIGNATURE, destinataire=Destinataire.USAGER
    )


def echouer(monkeypatch: pytest.MonkeyPatch) -> None:
    def envoi(*_: object, **__: object) -> int:
        raise SMTPException("the server is down")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", envoi)


def test_signature_tells_the_usager_and_the_aidant(
    projet: Projet, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mandat = gestes.signer(projet)
    assert len(mail.outbox) == 2
    assert courriels_a(mandat.usager.courriel)
    assert courriels_a(mandat.aidant.courriel)


def test_no_mail_leaves_before_the_commit(signe: Mandat) -> None:
    assert mail.outbox == []
    assert Avis.objects.a_envoyer().count() == 2


def test_usager_without_address_is_not_written_to(
    projet: Projet, django_capture_on_commit_callbacks: Commit
) -> None:
    assert projet.usager
    projet.usager.courriel = ""
    projet.usager.save()
    with django_capture_on_commit_callbacks(execute=True):
        gestes.signer(projet)
    assert [courriel.to for courriel in mail.outbox] == [[projet.aidant.courriel]]
    assert not Avis.objects.filter(destinataire="usager").exists()


def test_mail_of_the_signature_says_what_was_signed(avis: Avis) -> None:
    courriels.envoyer(avis.pk)
    courriel = mail.outbox[0]
    assert avis.mandat.structure.nom in courriel.subject
    for attendu in (*avis.mandat.titres, "/mon-mandat/", avis.mandat.structure.nom):
        assert attendu in courriel.body


def test_mail_holds_neither_code_nor_birth_nor_html(signe: Mandat) -> None:
    code = gestes.code_du_papier(signe.attestation.octets)
    for avis in signe.avis.all():
        courriel = courriels.composer(avis)
        texte = f"{courriel.subject} {courriel.body}"
        assert courriel.content_subtype == "plain"
        assert code.secret not in texte.replace("-", "")
        assert "1962" not in texte
        assert "&" not in texte


def test_mail_names_no_usager_to_others(mandat: Mandat) -> None:
    for destinataire in (Destinataire.AIDANT, Destinataire.STRUCTURE):
        genre = Genre.REVOCATION if destinataire is Destinataire.STRUCTURE else Genre.SIGNATURE
        avis = Avis.objects.create(mandat=mandat, genre=genre, destinataire=destinataire)
        courriel = courriels.composer(avis)
        assert mandat.usager.nom.upper() not in f"{courriel.subject} {courriel.body}".upper()


@pytest.mark.usefixtures("db")
def test_signs_of_a_name_are_written_as_they_are() -> None:
    structure = StructureFactory(nom="L'Étape & Cie <Rennes>")
    avis = Avis.objects.create(
        mandat=MandatFactory(structure=structure),
        genre=Genre.SIGNATURE,
        destinataire=Destinataire.USAGER,
    )
    courriel = courriels.composer(avis)
    assert structure.nom in courriel.subject
    assert structure.nom in courriel.body


def test_revocation_by_the_usager_tells_structure_and_usager(
    client: Client, mandat: Mandat, papier: Any, django_capture_on_commit_callbacks: Commit
) -> None:
    gestes.ouvrir(client, papier, ("24", "8", "1962"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mon_mandat_arreter", args=[mandat.pk]), {"demarche": "logement"})
    assert len(mail.outbox) == 2
    (recu,) = courriels_a(mandat.structure.courriel)
    assert "Logement" in recu.body
    assert "Social" not in recu.body


def test_receipt_says_when_each_was_told(
    client: Client, mandat: Mandat, papier: Any, django_capture_on_commit_callbacks: Commit
) -> None:
    gestes.ouvrir(client, papier, ("24", "8", "1962"))
    with django_capture_on_commit_callbacks(execute=True):
        recu = client.post(reverse("mon_mandat_arreter", args=[mandat.pk]))["Location"]
    textes = [avis.envoye_le_en_clair for avis in mandat.avis.all()]
    page = client.get(recu).content.decode()
    assert len(textes) == 2
    assert all(texte and texte in page for texte in textes)


# --- Once ---


def test_notice_is_sent_once(avis: Avis) -> None:
    assert courriels.envoyer(avis.pk)
    assert not courriels.envoyer(avis.pk)
    taches.envoyer_avis(str(avis.pk))
    assert len(mail.outbox) == 1
    assert envois() == [{"genre": "signature", "destinataire": "usager"}]


@pytest.mark.usefixtures("transactional_db")
def test_two_workers_send_it_once(avis: Avis) -> None:
    resultats = ensemble(*[lambda: courriels.envoyer(avis.pk)] * 4)
    assert sorted(resultats) == [False, False, False, True]
    assert len(mail.outbox) == len(envois()) == 1


def test_unknown_notice_is_no_error(db: None, mandat: Mandat) -> None:
    assert not courriels.envoyer(mandat.pk)


def test_sending_is_dated_and_journaled(avis: Avis) -> None:
    courriels.envoyer(avis.pk)
    avis.refresh_from_db()
    entree = Entree.objects.select_related("sujet").get(action="avis_envoye")
    assert avis.envoye_le
    assert entree.auteur_genre == "plateforme"
    assert entree.sujet.mandat_ref == str(avis.mandat_id)


# --- When the mail server is down ---


def test_failure_leaves_the_notice_to_the_sweep(
    avis: Avis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        echouer(patch)
        with pytest.raises(SMTPException):
            courriels.envoyer(avis.pk)
    assert Avis.objects.a_envoyer().count() == 1
    assert envois() == []
    assert courriels.envoyer(avis.pk)


def test_failure_does_not_break_the_page_that_signed(
    client_aidant: Client,
    projet: Projet,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    echouer(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True):
        reponse = gestes.poster_signature(client_aidant, projet, code)
    assert reponse.status_code == 302
    assert Avis.objects.a_envoyer().count() == 2


def balayer() -> int:
    """Sweep, and send what the sweep has enqueued."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return taches.envoyer_avis_en_attente()


@pytest.fixture
def horloge() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as voyage:
        yield voyage


def test_sweep_leaves_the_task_its_chance(horloge: Any, avis: Avis) -> None:
    horloge.shift(PATIENCE - timedelta(seconds=1))
    assert balayer() == 0
    horloge.shift(timedelta(seconds=1))
    assert balayer() == 1
    assert len(mail.outbox) == 1


def test_each_reminder_waits_longer(
    horloge: Any, avis: Avis, monkeypatch: pytest.MonkeyPatch
) -> None:
    echouer(monkeypatch)
    horloge.shift(PATIENCE)
    attentes = []
    while balayer():
        avis.refresh_from_db()
        attentes.append(avis.prochain_essai_le - timezone.now())
        horloge.move_to(avis.prochain_essai_le)
    assert len(attentes) == ESSAIS_MAX
    assert attentes[:3] == [timedelta(minutes=m) for m in (2, 4, 8)]
    assert attentes == sorted(attentes)
    assert attentes[-1] == ATTENTE_MAX


def test_notice_that_cannot_leave_does_not_block_the_next_ones(
    horloge: Any, mandat: Mandat, avis: Avis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taches, "LOT", 1)
    horloge.shift(PATIENCE)
    with monkeypatch.context() as patch:
        echouer(patch)
        balayer()
    Avis.objects.create(mandat=mandat, genre=Genre.SIGNATURE, destinataire=Destinataire.AIDANT)
    horloge.shift(PATIENCE)
    balayer()
    assert [courriel.to for courriel in mail.outbox] == [[mandat.aidant.courriel]]


def test_sweep_does_not_send_again(horloge: Any, avis: Avis) -> None:
    courriels.envoyer(avis.pk)
    horloge.shift(PATIENCE * 2)
    assert balayer() == 0


def test_act_that_is_rolled_back_tells_nobody(
    mandat: Mandat, django_capture_on_commit_callbacks: Commit
) -> None:
    class Annule(Exception):
        pass

    def annuler() -> None:
        with transaction.atomic():
            taches.prevenir(mandat, Genre.SIGNATURE, Destinataire.USAGER)
            raise Annule

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Annule):
        annuler()
    assert mail.outbox == []
    assert not Avis.objects.exists()


def test_address_that_is_no_longer_known_gets_nothing(mandat: Mandat) -> None:
    mandat.usager = UsagerFactory(courriel="")
    mandat.save()
    avis = Avis.objects.create(
        mandat=mandat, genre=Genre.SIGNATURE, destinataire=Destinataire.USAGER
    )
    assert not courriels.envoyer(avis.pk)
    assert envois() == []
