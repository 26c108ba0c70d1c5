"""Ten thousand guesses open nothing, cost few real checks, and never shut the owner out."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest
from django.test import Client, RequestFactory

from aidants import connexion
from aidants.forms.connexion import REFUS_CODE
from aidants.models import Aidant, AppareilTotp
from aidants.sessions import SessionStore
from journal.models import Entree
from tests.aidants.test_connexion import donner_code, donner_mot_de_passe, est_connecte
from tests.codes import code_de

GUESSES = 10_000
PAS = timedelta(seconds=6)  # between two guesses: the attack lasts more than sixteen hours


@pytest.fixture
def horloge() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 11, 23, 8, tzinfo=UTC), tick=False) as voyage:
        yield voyage


@pytest.fixture
def appareil(aidant: Aidant) -> AppareilTotp:
    """A key that is known, so that no guess is right by luck."""
    appareil = AppareilTotp.objects.get(user=aidant)
    appareil.cle = b"une cle fixe de test"
    appareil.save()
    return appareil


def requete(adresse: int) -> HttpRequest:
    demande = RequestFactory().post("/", REMOTE_ADDR=f"203.0.{adresse // 250}.{adresse % 250}")
    demande.session = SessionStore()
    return demande


def deviner(deviner_un: Callable[[HttpRequest, int], object], horloge: Any, adresses: int) -> bool:
    """A quarter of the guesses, from so many addresses in turn; whether one got in."""
    demandes = [requete(n) for n in range(adresses)]
    for essai in range(GUESSES // 4):
        if deviner_un(demandes[essai % adresses], essai):
            return True
        horloge.shift(PAS)
    return False


def verifications() -> int:
    """How many guesses were really checked."""
    return Entree.objects.filter(action="echec_connexion").count()


def entrer(client: Client, appareil: AppareilTotp) -> bool:
    donner_mot_de_passe(client, appareil.user.courriel)
    donner_code(client, code_de(appareil))
    return est_connecte(client)


def minutes_pour_entrer(client: Client, appareil: AppareilTotp, horloge: Any) -> int:
    """How many minutes the owner tries, once a minute; 99 when it takes longer than an hour."""
    for minute in range(60):
        if entrer(client, appareil):
            return minute
        horloge.shift(timedelta(minutes=1))
    return 99


def test_ten_thousand_guesses_open_nothing_and_leave_the_owner_in(
    horloge: Any, appareil: AppareilTotp
) -> None:
    """Passwords, then codes by who knows the password, from one address and from a thousand."""
    connu, nouveau, aidant = Client(), Client(REMOTE_ADDR="198.51.100.1"), appareil.user
    assert entrer(connu, appareil)

    def mot_de_passe(demande: HttpRequest, essai: int) -> object:
        return connexion.presenter_mot_de_passe(demande, aidant.courriel, f"essai {essai}")

    def code(demande: HttpRequest, essai: int) -> object:
        return connexion.presenter_code(demande, aidant, f"{essai:06d}")

    for deviner_un, verifies_au_plus in ((mot_de_passe, 800), (code, 100)):
        avant = verifications()
        for adresses in (1, 1000):
            assert not deviner(deviner_un, horloge, adresses)
        assert verifications() - avant < verifies_au_plus
        assert minutes_pour_entrer(connu, appareil, horloge) <= 1
        horloge.shift(timedelta(seconds=30))
    assert minutes_pour_entrer(nouveau, appareil, horloge) <= 15


def test_owner_on_a_known_browser_enters_in_the_middle_of_the_attack(
    horloge: Any, appareil: AppareilTotp
) -> None:
    connu = Client()
    assert entrer(connu, appareil)
    for vague in range(5):
        for essai in range(20):
            connexion.presenter_code(requete(20 * vague + essai), appareil.user, "000000")
        horloge.shift(timedelta(minutes=1))
        connu.post("/deconnexion/")
        assert minutes_pour_entrer(connu, appareil, horloge) <= 1


def test_right_password_forgives_no_wrong_code(horloge: Any, appareil: AppareilTotp) -> None:
    """Who knows the password cannot give it again to get five more tries of the code."""
    client = Client()
    for _ in range(30):
        donner_mot_de_passe(client, appareil.user.courriel)
        donner_code(client, "000000")
        horloge.shift(timedelta(seconds=1))
    assert verifications() < 10


def test_wrong_passwords_of_strangers_use_up_no_code(horloge: Any, appareil: AppareilTotp) -> None:
    client = Client()
    donner_mot_de_passe(client, appareil.user.courriel)
    for essai in range(60):
        connexion.presenter_mot_de_passe(requete(essai), appareil.user.courriel, "faux")
    donner_code(client, code_de(appareil))
    assert est_connecte(client)


def test_replayed_code_is_refused(horloge: Any, appareil: AppareilTotp) -> None:
    code = code_de(appareil)
    assert entrer(Client(), appareil)
    rejoueur = Client()
    donner_mot_de_passe(rejoueur, appareil.user.courriel)
    assert REFUS_CODE in donner_code(rejoueur, code).content.decode()
    assert not est_connecte(rejoueur)


def test_password_changed_meanwhile_closes_the_step_of_the_code(
    horloge: Any, client: Client, appareil: AppareilTotp
) -> None:
    donner_mot_de_passe(client, appareil.user.courriel)
    appareil.user.changer_mot_de_passe("une autre phrase secrète", moyen="oubli")
    assert donner_code(client, code_de(appareil))["Location"] == "/connexion/"


def _page(reponse: Any) -> str:
    """A page as bytes would compare, but for the token that protects its form."""
    return str(reponse.content.decode()).replace(str(reponse.context["csrf_token"]), "")


def test_every_failure_of_the_code_reads_the_same(horloge: Any, appareil: AppareilTotp) -> None:
    client, pages = Client(), set()
    code = code_de(appareil)
    assert entrer(Client(), appareil)
    donner_mot_de_passe(client, appareil.user.courriel)
    for saisie in ("000000", code, "ABCDE-FGH23", "pas un code", "1234567", *["000000"] * 8):
        pages.add(_page(donner_code(client, saisie)).replace(f'value="{saisie}"', ""))
    assert len(pages) == 1  # wrong, used, no such recovery code, nonsense, and slowed down
