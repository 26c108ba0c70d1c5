"""Mails: one template, read twice; each leaves once, its links made when it leaves."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from aidants import courriels, envoi, taches
from aidants.courriels import Bouton, Courriel
from aidants.courriers import GenreCourrier
from aidants.models import Aidant, Courrier, Invitation, Recuperation
from aidants.models.envois import PATIENCE
from journal.models import PLATEFORME
from tests.factories import AidantFactory, StructureFactory
from tests.mandats.gestes import ensemble

Commit = Callable[..., Any]
SITE = "http://testserver"


def courrier(genre: GenreCourrier, **champs: Any) -> Courrier:
    aidant = champs.pop("aidant", None) or AidantFactory(prenom="Zoé")
    return Courrier.objects.create(genre=genre, adresse=aidant.courriel, aidant=aidant, **champs)


# --- One source, two readings ---


def test_subject_paragraphs_and_button_are_read() -> None:
    source = f"Objet : Bonjour\n\nUn.\nDeux.\n\n[Ouvrir] {SITE}/compte/\n\nFin.\n"
    bouton = Bouton("Ouvrir", f"{SITE}/compte/")
    assert courriels.lire(source) == Courriel("Bonjour", ("Un.\nDeux.", bouton, "Fin."))


def test_text_writes_the_address_of_the_button() -> None:
    lu = Courriel("Objet", ("Un.", Bouton("Ouvrir", f"{SITE}/compte/")))
    assert lu.texte == f"Un.\n\nOuvrir :\n{SITE}/compte/"


@pytest.mark.parametrize(
    "adresse", ["https://mechant.example/x", f"{SITE}.mechant.example/x", "javascript:alert(1)"]
)
def test_no_name_makes_a_button_to_elsewhere(adresse: str) -> None:
    lu = courriels.lire(f"Objet : Bonjour\n\n[Ouvrir] {adresse}")
    assert not [bloc for bloc in lu.blocs if isinstance(bloc, Bouton)]


@pytest.mark.parametrize("signe", ["\r", "\x0b", "\x1e", "\x85", "\u2028", "\x00"])
def test_name_with_a_control_character_does_not_hold_the_mail_back(signe: str) -> None:
    courriel = courriels.lire(f"Objet : Mairie{signe}Bcc: x@example.org a fini\n\nBonjour,")
    message = EmailMultiAlternatives(courriel.objet, courriel.texte, to=["a@example.org"]).message()
    assert str(message["Subject"]) == "Mairie Bcc: x@example.org a fini"
    assert message["Bcc"] is None


def test_template_without_subject_is_refused() -> None:
    with pytest.raises(ValueError, match="subject"):
        courriels.lire("Bonjour,\n\nUn.")


@given(st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=60))
def test_any_subject_stays_on_its_line(objet: str) -> None:
    lu = courriels.lire(f"Objet : {objet}\n\nUn.")
    assert len(lu.objet.splitlines()) <= 1
    if objet.isprintable():
        assert lu.objet == objet.strip()


# --- Each kind ---


@pytest.mark.django_db
@pytest.mark.parametrize("genre", GenreCourrier)
def test_every_mail_reads_well_in_both_forms(genre: GenreCourrier) -> None:
    aidant = AidantFactory(prenom="Zoé")
    champs: dict[str, Any] = {"details": {"moyen": "cle", "motif": "depart", "restants": 9,
                                          "structure": "Maison & Cie", "aidant": True,
                                          "note": "a\n\nb", "arbre": 2026, "taille": 3,
                                          "phrases": ["Un retard."]}}  # fmt: skip
    if genre == GenreCourrier.INVITATION:
        champs["invitation"] = Invitation.objects.inviter(
            par=PLATEFORME, structure=StructureFactory(nom="Maison & Cie"),
            courriel="nouveau@example.org", prenom="Zoé", nom="Roux",
        )  # fmt: skip
    if genre == GenreCourrier.MOT_DE_PASSE_OUBLIE:
        champs["recuperation"] = Recuperation.objects.demander(aidant=aidant, navigateur="x")
    if genre == GenreCourrier.FACTEURS_REINITIALISES:
        champs["recuperation"] = Recuperation.objects.rouvrir_enrolement(aidant)
    ligne = courrier(genre, aidant=aidant, **champs)
    assert envoi.envoyer(ligne.pk)
    message = mail.outbox[-1]
    assert isinstance(message, EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    assert message.subject
    assert message.to == [aidant.courriel]
    for texte in (str(message.body), html):
        assert "Bonjour" in texte
        assert not re.search(r"\{[{%]|None|\[\w", texte)
    assert "Maison & Cie" not in html
    assert html.count("<a ") <= 1
    assert "<img" not in html


@pytest.mark.django_db
def test_link_of_the_mail_opens_what_it_promises() -> None:
    aidant = AidantFactory()
    lien = Recuperation.objects.rouvrir_enrolement(aidant)
    envoi.envoyer(Courrier.objects.get(recuperation=lien).pk)
    assert f"{SITE}/moyen-perdu/{lien.pk}/{lien.jeton}/" in mail.outbox[0].body


@pytest.mark.django_db
def test_outbox_stores_no_token() -> None:
    aidant = AidantFactory()
    lien = Recuperation.objects.rouvrir_enrolement(aidant)
    ligne = Courrier.objects.get(recuperation=lien)
    valeurs = [str(getattr(ligne, champ.attname)) for champ in ligne._meta.concrete_fields]
    assert not [valeur for valeur in valeurs if lien.jeton in valeur]


# --- Once, and in the end ---


@pytest.mark.django_db
def test_mail_leaves_after_the_commit_and_once(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    aidant = AidantFactory()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        aidant.prevenir(GenreCourrier.REACTIVATION)
        assert mail.outbox == []
    assert len(mail.outbox) == 1
    assert not envoi.envoyer(Courrier.objects.get().pk)
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("transactional_db")
def test_two_workers_send_it_once() -> None:
    ligne = courrier(GenreCourrier.REACTIVATION)
    resultats = ensemble(*[lambda: envoi.envoyer(ligne.pk)] * 4)
    assert sorted(resultats) == [False, False, False, True]
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_nobody_is_written_to_for_an_unknown_address() -> None:
    Recuperation.objects.demander(aidant=None, navigateur="x")
    assert envoi.envoyer(Courrier.objects.get().pk)
    assert mail.outbox == []


@pytest.mark.django_db
def test_unknown_mail_is_no_error() -> None:
    assert not envoi.envoyer(uuid4())


@pytest.mark.django_db
def test_sweep_sends_what_was_forgotten(django_capture_on_commit_callbacks: Commit) -> None:
    courrier(GenreCourrier.REACTIVATION)
    assert taches.envoyer_courriers_en_attente() == 0
    plus_tard = timezone.now() + PATIENCE + timedelta(seconds=1)
    with time_machine.travel(plus_tard), django_capture_on_commit_callbacks(execute=True):
        assert taches.envoyer_courriers_en_attente() == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_act_that_is_undone_sends_nothing(aidant: Aidant) -> None:
    with transaction.atomic():
        aidant.prevenir(GenreCourrier.REACTIVATION)
        transaction.set_rollback(True)
    assert not Courrier.objects.exists()
    assert mail.outbox == []
