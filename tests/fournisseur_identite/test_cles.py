"""The life of the keys that sign: each step at its time, one that signs, one that is ready."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from aidants.chiffrement import SecretIllisible
from fournisseur_identite import cles
from fournisseur_identite.models import CleSignature
from fournisseur_identite.models.cles import CONSERVATION, PREAVIS, VIE, Empechement, Etat
from journal.models import PLATEFORME, Entree

pytestmark = pytest.mark.django_db
JOUR = timedelta(days=1)


@pytest.fixture
def vide(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A platform that never signed anything; no copy of keys outlives the test."""
    CleSignature.objects.all().delete()
    monkeypatch.setattr(cles, "_copie", None)
    yield
    monkeypatch.undo()


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2027-01-04T03:00:00Z") as coordonnees:
        yield coordonnees


def etats(alg: str = "ES256") -> list[Etat]:
    return [cle.etat for cle in CleSignature.objects.filter(alg=alg).order_by("preparee_le")]


def avancer() -> None:
    CleSignature.objects.avancer(par=PLATEFORME)


def active(alg: str = "ES256") -> CleSignature:
    return CleSignature.objects.filter(alg=alg).actives().get()


def suivante(alg: str = "ES256") -> CleSignature:
    return CleSignature.objects.filter(alg=alg).suivantes().get()


# --- The first ones ---


def test_first_use_makes_the_first_keys(vide: None) -> None:
    """The key of the settings signs: a client that has it cached loses nothing."""
    importee = ECKey.import_key(settings.CLE_SIGNATURE_OIDC)
    assert cles.active("ES256").kid == importee.thumbprint()
    assert etats("ES256") == etats("RS256") == [Etat.ACTIVE, Etat.PUBLIEE]


def test_first_keys_are_not_kept_before_they_are_committed(vide: None) -> None:
    cles.active("ES256")
    assert cles._copie is None


def test_without_a_setting_the_first_key_is_made(vide: None, settings: Any) -> None:
    settings.CLE_SIGNATURE_OIDC = ""
    CleSignature.objects.amorcer(par=PLATEFORME)
    assert etats() == [Etat.ACTIVE, Etat.PUBLIEE]


def test_second_start_makes_nothing(vide: None) -> None:
    for _ in range(2):
        CleSignature.objects.amorcer(par=PLATEFORME)
    assert CleSignature.objects.count() == 4


def test_journal_tells_each_step(vide: None) -> None:
    CleSignature.objects.amorcer(par=PLATEFORME)
    actions = Counter(Entree.objects.values_list("action", flat=True))
    assert actions == {"cle_preparee": 4, "cle_publiee": 4, "cle_activee": 2}
    phrase = Entree.objects.filter(action="cle_activee").latest("id").phrase()
    assert phrase.startswith("La clé RS256 ")


# --- At rest ---


@pytest.mark.parametrize(("alg", "famille"), [("ES256", ECKey), ("RS256", RSAKey)])
def test_private_half_is_encrypted_and_bound_to_its_row(alg: str, famille: type) -> None:
    une, autre = active(alg), suivante(alg)
    assert isinstance(une.ouvrir(), famille)
    assert b"PRIVATE" not in bytes(une.cle_chiffree)
    une.cle_chiffree = autre.cle_chiffree
    with pytest.raises(SecretIllisible):
        une.ouvrir()


def test_public_half_holds_nothing_private() -> None:
    for cle in CleSignature.objects.all():
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(cle.publique)


# --- A whole life ---


def test_a_life_by_the_calendar(vide: None, horloge: time_machine.Traveller) -> None:
    CleSignature.objects.amorcer(par=PLATEFORME)
    horloge.shift(VIE - JOUR)
    avancer()
    assert etats() == [Etat.ACTIVE, Etat.PUBLIEE]
    horloge.shift(JOUR)
    avancer()
    assert etats() == [Etat.RETIREE, Etat.ACTIVE, Etat.PREPAREE]
    horloge.shift(JOUR)
    avancer()
    assert etats() == [Etat.RETIREE, Etat.ACTIVE, Etat.PUBLIEE]
    horloge.shift(CONSERVATION)
    avancer()
    assert etats() == [Etat.SUPPRIMEE, Etat.ACTIVE, Etat.PUBLIEE]


def test_a_missed_night_delays_and_skips_nothing(
    vide: None, horloge: time_machine.Traveller
) -> None:
    CleSignature.objects.amorcer(par=PLATEFORME)
    horloge.shift(3 * VIE)
    avancer()
    assert etats() == [Etat.RETIREE, Etat.ACTIVE, Etat.PREPAREE]


def test_no_key_signs_before_its_notice(vide: None, horloge: time_machine.Traveller) -> None:
    CleSignature.objects.amorcer(par=PLATEFORME)
    horloge.shift(PREAVIS - timedelta(seconds=1))
    tourner = CleSignature.objects.tourner
    assert tourner("ES256", par=PLATEFORME) is Empechement.TROP_RECENTE
    horloge.shift(1)
    assert tourner("ES256", par=PLATEFORME) is None
    assert etats("ES256") == [Etat.RETIREE, Etat.ACTIVE]
    assert etats("RS256") == [Etat.ACTIVE, Etat.PUBLIEE]


def test_a_removed_key_has_no_private_half_and_keeps_its_dates() -> None:
    cle = active()
    CleSignature.objects.revoquer(cle.kid, par=PLATEFORME)
    cle.refresh_from_db()
    assert cle.activee_le is not None
    assert cle.supprimee_le is not None
    with pytest.raises(ValueError, match="key|PEM|import"):
        cle.ouvrir()


# --- In a hurry ---


def test_a_revoked_key_leaves_at_once_for_one_that_clients_have() -> None:
    une, autre = active(), suivante()
    assert CleSignature.objects.revoquer(une.kid, par=PLATEFORME) is None
    assert active() == autre
    assert etats() == [Etat.SUPPRIMEE, Etat.ACTIVE, Etat.PUBLIEE]
    assert Entree.objects.filter(action="cle_revoquee", details__kid=une.kid).count() == 1


def test_a_revoked_successor_is_replaced() -> None:
    une, autre = active(), suivante()
    CleSignature.objects.revoquer(autre.kid, par=PLATEFORME)
    assert active() == une
    assert suivante() != autre


def test_both_revoked_one_after_the_other() -> None:
    for cle in (active(), suivante()):
        CleSignature.objects.revoquer(cle.kid, par=PLATEFORME)
    assert etats() == [Etat.SUPPRIMEE, Etat.SUPPRIMEE, Etat.ACTIVE, Etat.PUBLIEE]


def test_a_revoked_key_of_the_settings_does_not_come_back(vide: None) -> None:
    CleSignature.objects.amorcer(par=PLATEFORME)
    importee = active().kid
    CleSignature.objects.revoquer(importee, par=PLATEFORME)
    avancer()
    assert importee not in CleSignature.objects.vivantes().values_list("kid", flat=True)


@pytest.mark.parametrize("kid", ["inconnu", ""])
def test_unknown_kid(kid: str) -> None:
    assert CleSignature.objects.revoquer(kid, par=PLATEFORME) is Empechement.INCONNUE


def test_revoked_twice_is_said() -> None:
    kid = active().kid
    CleSignature.objects.revoquer(kid, par=PLATEFORME)
    assert CleSignature.objects.revoquer(kid, par=PLATEFORME) is Empechement.INCONNUE


# --- The copy in each process ---


@pytest.fixture
def copie(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(cles, "_copie", None)
    yield
    monkeypatch.undo()


def test_warm_keys_cost_no_sql(copie: None) -> None:
    cles.active("RS256")
    with CaptureQueriesContext(connection) as requetes:
        assert cles.active("ES256").kid
        assert cles.publiees()["keys"]
    assert requetes.captured_queries == []


def test_other_processes_follow_within_a_minute(
    copie: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    avant = cles.active().kid
    CleSignature.objects.revoquer(str(avant), par=PLATEFORME)
    assert cles.active().kid == avant
    vieille = cles._copie
    assert vieille is not None
    maintenant = vieille.lu_a + 60
    monkeypatch.setattr("time.monotonic", lambda: maintenant)
    assert cles.active().kid == active().kid
    assert avant not in {cle["kid"] for cle in cles.publiees()["keys"]}


def test_jwks_holds_what_is_published_and_verifies_what_is_signed(copie: None) -> None:
    jwks = Client().get("/oidc/jwks").json()
    assert {cle["kid"] for cle in jwks["keys"]} == {
        cle.kid for cle in CleSignature.objects.publiees()
    }
    for alg in ("ES256", "RS256"):
        cle = cles.active(alg)
        signe = jwt.encode({"alg": alg, "kid": cle.kid}, {"a": 1}, cle, [alg])
        assert jwt.decode(signe, KeySet.import_key_set(jwks), [alg]).claims == {"a": 1}


# --- The command ---


def test_command_lists_the_keys(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("tourner_cles")
    lignes = capsys.readouterr().out.splitlines()
    assert len(lignes) == 4
    assert f"ES256  {active().kid}  active" in lignes


def test_command_turns_and_revokes() -> None:
    une, autre = active(), suivante()
    call_command("tourner_cles", alg="ES256")
    assert active() == autre
    call_command("tourner_cles", urgence=autre.kid)
    assert active() not in (une, autre)


def test_command_says_why_it_does_not() -> None:
    with pytest.raises(CommandError, match="kid"):
        call_command("tourner_cles", urgence="inconnu")
    call_command("tourner_cles", alg="ES256")
    with pytest.raises(CommandError, match="24 hours"):
        call_command("tourner_cles", alg="ES256")
