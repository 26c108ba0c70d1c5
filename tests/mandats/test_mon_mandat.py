"""« Mon mandat » by the paper's code: who gets in, and what it costs to try."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import NON_FIELD_ERRORS
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from aidants import essais
from aidants.models import Echec
from journal.models import Entree
from mandats import code_papier, consultation
from mandats.code_papier import CodePapier
from mandats.models import Mandat
from mandats.views.mon_mandat import REFUS
from tests.factories import MandatFactory
from tests.mandats.gestes import ouvrir, presenter_code, presenter_naissance
from usagers.models import Usager

JUSTE = ("24", "8", "1962")
FAUSSE = ("25", "8", "1962")


class HacheurCompte(MD5PasswordHasher):
    """Counts the password hashes that a request computes."""

    fois = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).fois += 1
        return super().encode(password, salt)


@pytest.fixture
def horloge() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as voyage:
        yield voyage


def est_ouvert(reponse: Any, mandat: Mandat) -> bool:
    ouvert = reverse("mon_mandat_ouvert", args=[mandat.pk])
    return bool(reponse.status_code == 302 and reponse["Location"] == ouvert)


def secret_faux(papier: CodePapier) -> CodePapier:
    return CodePapier(papier.localisateur, code_papier.tirer().secret)


def test_code_and_birth_date_open_the_mandat(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    reponse = ouvrir(client, papier, JUSTE)
    assert est_ouvert(reponse, mandat)
    page = client.get(reponse["Location"])
    assert page.context["mandat"] == mandat
    assert [d.cle for d in page.context["ouvertes"]] == ["social", "logement"]


def test_code_typed_as_people_type_it_opens(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    presenter_code(client, f"  {str(papier).lower().replace('-', ' ')} ")
    assert est_ouvert(presenter_naissance(client, *JUSTE), mandat)


@pytest.mark.parametrize("saisie", [("", "", "1962"), ("1", "1", "1962"), ("01", "01", "1962")])
def test_presumed_birth_opens_with_the_year(
    client: Client, mandat: Mandat, papier: CodePapier, saisie: tuple[str, str, str]
) -> None:
    Usager.objects.update(date_naissance="1962-00-00")
    assert est_ouvert(ouvrir(client, papier, saisie), mandat)


def test_birth_date_alone_opens_nothing(client: Client, mandat: Mandat) -> None:
    assert presenter_naissance(client, *JUSTE)["Location"] == reverse("mon_mandat")


def test_kept_code_is_forgotten_after_a_quarter_of_an_hour(
    client: Client, mandat: Mandat, papier: CodePapier, horloge: Any
) -> None:
    presenter_code(client, papier)
    horloge.shift(timedelta(minutes=15))
    assert presenter_naissance(client, *JUSTE)["Location"] == reverse("mon_mandat")


def test_session_keeps_no_secret_in_clear(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    presenter_code(client, papier)
    assert papier.secret not in str(dict(client.session.items()))


def test_opening_changes_the_session_s_key(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    presenter_code(client, papier)
    avant = client.session.session_key
    presenter_naissance(client, *JUSTE)
    assert client.session.session_key != avant


def test_mandat_ended_more_than_a_year_ago_does_not_open(client: Client, db: None) -> None:
    papier = code_papier.tirer()
    mandat = MandatFactory(ancien=True, code=papier)
    assert not est_ouvert(ouvrir(client, papier, JUSTE), mandat)


def test_ended_mandat_can_still_be_read(client: Client, db: None) -> None:
    papier = code_papier.tirer()
    mandat = MandatFactory(expire=True, code=papier)
    reponse = ouvrir(client, papier, JUSTE)
    assert est_ouvert(reponse, mandat)
    assert client.get(reponse["Location"]).status_code == 200


# --- One answer ---


def test_answer_never_tells_whether_a_code_exists(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    inconnu, faux = code_papier.tirer(), secret_faux(papier)
    premieres = {presenter_code(client, code)["Location"] for code in (inconnu, faux, papier)}
    refus = [ouvrir(Client(), inconnu, JUSTE), ouvrir(Client(), faux, JUSTE)]
    refus.append(ouvrir(Client(), papier, FAUSSE))
    assert premieres == {reverse("mon_mandat_naissance")}
    assert {reponse.status_code for reponse in refus} == {200}
    assert all(r.context["form"].errors[NON_FIELD_ERRORS] == [REFUS] for r in refus)


def test_unknown_code_costs_as_much_work_as_a_known_one(
    mandat: Mandat, papier: CodePapier, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.HacheurCompte"]
    fois = []
    for code in (code_papier.tirer(), secret_faux(papier), papier):
        HacheurCompte.fois = 0
        ouvrir(Client(), code, FAUSSE)
        fois.append(HacheurCompte.fois)
    assert fois == [1, 1, 1]


# --- Slips and tries ---


def echouer(papier: CodePapier, fois: int, **entetes: Any) -> None:
    for _ in range(fois):
        ouvrir(Client(**entetes), papier, FAUSSE)


@pytest.mark.parametrize("faute", ["", "ABCDE", "ABCDE-FGHJK-MNPQR-S", "0" * 16, "A" * 61])
def test_slip_of_the_code_is_said_and_not_counted(client: Client, db: None, faute: str) -> None:
    reponse = presenter_code(client, faute)
    assert list(reponse.context["form"].errors) == ["code"]
    assert reponse.context["form"]["code"].value() == faute
    assert not Echec.objects.exists()


@pytest.mark.parametrize(
    "date", [("31", "2", "1962"), ("24", "13", "1962"), ("24", "", "1962"), ("", "", "62"),
             ("a", "b", "c"), ("", "", ""), ("24", "8", "१९६२")],
)  # fmt: skip
def test_date_that_does_not_exist_is_said_and_not_counted(
    client: Client, mandat: Mandat, papier: CodePapier, date: tuple[str, str, str]
) -> None:
    reponse = ouvrir(client, papier, date)
    assert list(reponse.context["form"].errors) == ["annee"]
    assert not Echec.objects.exists()


def test_wrong_try_is_counted_on_the_code_the_address_and_the_site(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    ouvrir(client, papier, FAUSSE)
    assert Echec.objects.count() == 3


def test_too_many_wrong_tries_of_the_whole_site_raise_the_alarm(
    client: Client,
    mandat: Mandat,
    papier: CodePapier,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(consultation, "ALARME", 3)
    echouer(papier, 3)
    assert [ligne.message for ligne in caplog.records if ligne.levelname == "ERROR"] == [
        "mon_mandat_trop_d_essais"
    ]
    assert papier.localisateur not in caplog.text


def test_fifth_wrong_try_closes_the_code_for_a_while(
    client: Client, mandat: Mandat, papier: CodePapier, horloge: Any
) -> None:
    echouer(papier, 5)
    assert not est_ouvert(ouvrir(client, papier, JUSTE), mandat)
    horloge.shift(timedelta(seconds=16))
    assert est_ouvert(presenter_naissance(client, *JUSTE), mandat)


def test_throttled_answer_is_the_same(
    client: Client, mandat: Mandat, papier: CodePapier, horloge: Any
) -> None:
    echouer(papier, 5)
    reponse = ouvrir(client, papier, JUSTE)
    assert reponse.context["form"].errors[NON_FIELD_ERRORS] == [REFUS]


def test_four_wrong_tries_do_not_slow(
    client: Client, mandat: Mandat, papier: CodePapier, horloge: Any
) -> None:
    echouer(papier, 4)
    assert est_ouvert(ouvrir(client, papier, JUSTE), mandat)


def test_success_forgets_the_code_s_wrong_tries(
    client: Client, mandat: Mandat, papier: CodePapier, horloge: Any
) -> None:
    echouer(papier, 4)
    ouvrir(client, papier, JUSTE)
    echouer(papier, 4)
    assert est_ouvert(ouvrir(client, papier, JUSTE), mandat)


def test_address_is_slowed_whatever_the_code(
    client: Client, mandat: Mandat, papier: CodePapier, horloge: Any
) -> None:
    for _ in range(20):
        ouvrir(Client(), code_papier.tirer(), JUSTE)
    assert not est_ouvert(ouvrir(client, papier, JUSTE), mandat)
    assert est_ouvert(ouvrir(Client(REMOTE_ADDR="192.0.2.7"), papier, JUSTE), mandat)


def test_address_where_aidants_work_has_larger_limits(
    client: Client, mandat: Mandat, papier: CodePapier, horloge: Any
) -> None:
    """One public, one address: thirty people of a library do not shut one another out."""
    essais.noter_lieu(RequestFactory().get("/"))
    for _ in range(30):
        ouvrir(Client(), code_papier.tirer(), JUSTE)
    assert est_ouvert(ouvrir(client, papier, JUSTE), mandat)
    horloge.shift(timedelta(days=3))
    for _ in range(20):
        ouvrir(Client(), code_papier.tirer(), JUSTE)
    assert not est_ouvert(ouvrir(Client(), papier, JUSTE), mandat)


def test_wait_never_goes_over_an_hour(
    client: Client, mandat: Mandat, papier: CodePapier, horloge: Any
) -> None:
    for _ in range(60):
        echouer(papier, 1)
        horloge.shift(timedelta(minutes=1))
    horloge.shift(timedelta(hours=1))
    assert est_ouvert(ouvrir(client, papier, JUSTE), mandat)


# --- The journal ---


def test_opening_is_journaled_once(client: Client, mandat: Mandat, papier: CodePapier) -> None:
    ouvrir(client, papier, JUSTE)
    entree = Entree.objects.select_related("sujet").get()
    assert (entree.action, entree.details) == ("consultation_usager", {"moyen": "code du papier"})
    assert entree.auteur_genre == "usager"
    assert entree.sujet.mandat_ref == str(mandat.pk)


def test_failed_try_writes_no_line_about_the_usager(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    ouvrir(client, papier, FAUSSE)
    assert not Entree.objects.exists()
