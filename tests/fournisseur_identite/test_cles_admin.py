"""The keys in the admin: read by the supervision, moved by acts with a reason and a recent code."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from joserfc.jwk import ECKey

from aidants import connexion
from fournisseur_identite.models import CleSignature
from fournisseur_identite.models.cles import Alg, Etat
from journal.models import PLATEFORME, Entree
from tests.aidants.personnes import client_de
from tests.cles import cle_active, cle_suivante
from tests.factories import AidantFactory, AppartenanceFactory

pytestmark = pytest.mark.django_db

_CLE = "admin:fournisseur_identite_clesignature"
LISTE = reverse(f"{_CLE}_changelist")
RAISON = "Une machine a été volée."


@pytest.fixture
def supervision() -> Client:
    return client_de(AidantFactory(supervision=True))


def page(nom: str, cle: CleSignature) -> str:
    return reverse(f"{_CLE}_{nom}", args=[quote(cle.pk)])


def faire(client: Client, acte: str, cle: CleSignature, /, **autres: Any) -> Any:
    donnees = {"acte": str(uuid4()), "precision": RAISON, **autres}
    return client.post(page(acte, cle), donnees, follow=True)


def etats(alg: str = "ES256") -> list[Etat]:
    return [
        cle.etat
        for cle in CleSignature.objects.filter(alg=alg).order_by("preparee_le", "activee_le")
    ]


def lignes(*actions: str) -> list[Entree]:
    return list(Entree.objects.filter(action__in=actions).select_related("sujet").order_by("id"))


# --- What is read ---------------------------------------------------------------------------------


def test_list_says_each_key_its_state_and_what_comes_next(supervision: Client) -> None:
    CleSignature.objects.tourner("ES256", par=PLATEFORME)
    CleSignature.objects.preparer("ES256", par=PLATEFORME)
    CleSignature.objects.revoquer(cle_suivante(Alg.RS256).kid, par=PLATEFORME)
    texte = supervision.get(LISTE).content.decode()
    for cle in CleSignature.objects.all():
        assert cle.kid in texte
        assert str(cle.etat) in texte
    for ensuite in ("la nuit prochaine", "prendra sa place le", "encore à vérifier", "effacée"):
        assert ensuite in texte


def test_no_page_holds_a_private_half(supervision: Client) -> None:
    cle = cle_active()
    with CaptureQueriesContext(connection) as requetes:
        pages = [supervision.get(p) for p in (LISTE, page("change", cle), page("revoquer", cle))]
    assert all(b"PRIVATE" not in p.content for p in pages)
    assert not [r["sql"] for r in requetes if 'clesignature"."cle_chiffree' in r["sql"]]


def test_list_asks_as_much_for_many_keys(supervision: Client) -> None:
    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            supervision.get(LISTE)
        return len(requetes)

    supervision.get(LISTE)
    avant = compter()
    for _ in range(5):
        cle = CleSignature.de(ECKey.generate_key("P-256"), Alg.ES256)
        cle.supprimee_le = timezone.now()
        cle.save(force_insert=True)
    assert compter() == avant <= 8


def test_a_kid_that_reads_like_an_escape_has_its_page(supervision: Client) -> None:
    """« _3A » is what the admin makes of a colon in an address."""
    cle = CleSignature.de(ECKey.generate_key("P-256"), Alg.ES256)
    cle.kid = "_3A" + cle.kid[3:]
    cle.save(force_insert=True)
    assert supervision.get(page("change", cle)).status_code == 200
    reponse = faire(supervision, "publier", cle)
    assert reponse.status_code == 200
    cle.refresh_from_db()
    assert cle.etat is Etat.PUBLIEE


# --- What is done ---------------------------------------------------------------------------------


def test_rotation_is_done_and_journaled_with_who_and_why(supervision: Client) -> None:
    avant, apres = cle_active(), cle_suivante()
    reponse = faire(supervision, "tourner", avant)
    assert "la clé suivante signe" in reponse.content.decode()
    assert cle_active() == apres
    assert etats("RS256") == [Etat.ACTIVE, Etat.PUBLIEE]
    ecrites = lignes("cle_retiree", "cle_activee")
    assert [ligne.details["kid"] for ligne in ecrites] == [avant.kid, apres.kid]
    assert {ligne.auteur_genre for ligne in ecrites} == {"supervision"}
    assert {ligne.sujet.precision for ligne in ecrites} == {RAISON}
    assert RAISON in supervision.get(page("history", avant)).content.decode()


def test_rotation_that_comes_too_early_is_explained_and_keeps_the_reason(
    supervision: Client,
) -> None:
    CleSignature.objects.suivantes().update(publiee_le=timezone.now() - timedelta(hours=23))
    avant = cle_active()
    texte = faire(supervision, "tourner", avant).content.decode()
    assert "Pas encore" in texte
    assert RAISON in texte
    assert cle_active() == avant
    assert not Entree.objects.exists()


def test_next_key_is_prepared_then_published(supervision: Client) -> None:
    CleSignature.objects.tourner("ES256", par=PLATEFORME)
    faire(supervision, "preparer", cle_active())
    assert etats() == [Etat.RETIREE, Etat.ACTIVE, Etat.PREPAREE]
    faire(supervision, "publier", CleSignature.objects.preparees().get())
    assert etats() == [Etat.RETIREE, Etat.ACTIVE, Etat.PUBLIEE]
    ecrites = lignes("cle_preparee", "cle_publiee")
    assert [ligne.sujet.precision for ligne in ecrites] == [RAISON] * 2


def test_second_key_is_not_prepared_while_one_waits(supervision: Client) -> None:
    texte = faire(supervision, "preparer", cle_active()).content.decode()
    assert "pas possible ici" in texte
    assert CleSignature.objects.count() == 4


def test_revoked_key_leaves_at_once(supervision: Client) -> None:
    avant, apres = cle_active(), cle_suivante()
    faire(supervision, "revoquer", avant)
    assert cle_active() == apres
    assert etats() == [Etat.SUPPRIMEE, Etat.ACTIVE, Etat.PUBLIEE]
    (ligne,) = lignes("cle_revoquee")
    assert ligne.sujet.precision == RAISON
    assert RAISON in ligne.phrase()


def test_act_sent_twice_is_one_act(supervision: Client) -> None:
    cle, acte = cle_active(), str(uuid4())
    for _ in range(2):
        faire(supervision, "revoquer", cle, acte=acte)
    assert len(lignes("cle_revoquee")) == 1
    assert etats() == [Etat.SUPPRIMEE, Etat.ACTIVE, Etat.PUBLIEE]


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("acte", ["tourner", "revoquer"])
def test_reading_the_page_or_giving_no_reason_changes_nothing(
    supervision: Client, acte: str
) -> None:
    assert supervision.get(page(acte, cle_active())).status_code == 200
    assert (
        "Écrivez pourquoi" in faire(supervision, acte, cle_active(), precision="").rendered_content
    )
    assert etats() == [Etat.ACTIVE, Etat.PUBLIEE]
    assert not Entree.objects.exists()


@pytest.mark.parametrize("acte", ["tourner", "revoquer"])
def test_old_code_is_asked_again(supervision: Client, acte: str) -> None:
    session = supervision.session
    session[connexion.TOTP_LE] = timezone.now().timestamp() - 3600
    session.save()
    reponse = supervision.post(page(acte, cle_active()), {"precision": RAISON, "acte": uuid4()})
    assert reponse["Location"].startswith(reverse("reprise"))
    assert etats() == [Etat.ACTIVE, Etat.PUBLIEE]


@pytest.mark.parametrize("acte", ["tourner", "preparer", "publier", "revoquer"])
def test_responsable_reaches_no_key(acte: str) -> None:
    client = client_de(AppartenanceFactory(responsable=True).aidant)
    assert faire(client, acte, cle_active()).status_code == 404
    assert client.get(page("change", cle_active())).status_code == 403
    assert client.get(LISTE).status_code == 403
    assert not Entree.objects.exists()
