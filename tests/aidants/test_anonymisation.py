"""After retention an account forgets its person; what it did stays, under no name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnCredential

from aidants import facteurs
from aidants.models import (
    Aidant,
    AppareilTotp,
    CarteTotp,
    Courrier,
    Invitation,
    MotifDesactivation,
    Recuperation,
    Session,
)
from aidants.models.aidants import CONSERVATION
from journal.models import PLATEFORME, Entree
from mandats.models import Mandat
from tests.aidants.personnes import client_de, faire, page
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppareilTotpFactory, AppartenanceFactory, MandatFactory

DEPART = datetime(2020, 1, 1, tzinfo=UTC)
APRES = DEPART + CONSERVATION + timedelta(seconds=1)
COURRIEL, NOM = "maelle.kervran@example.org", "Kervran"


@pytest.fixture
def ancien(db: None) -> Aidant:
    """An account that left long ago, with everything that can name its person."""
    aidant = AidantFactory(
        courriel=COURRIEL, prenom="Maëlle", nom=NOM, profession="Médiatrice de Plouha"
    )
    structure = AppartenanceFactory(aidant=aidant).structure
    AppareilTotpFactory(user=aidant, name="Téléphone de Maëlle")
    facteurs.renouveler_codes(aidant)
    WebAuthnCredential.objects.create(
        user=aidant, name="Clé de Maëlle", credential_id=b"k", public_key=b"p", sign_count=0
    )
    carte = CarteTotp(serie="S1")
    carte.cle = b"c" * 20
    carte.save(force_insert=True)
    carte.associer(aidant=aidant, par=PLATEFORME)
    Recuperation.objects.demander(aidant=aidant, navigateur="n")
    _inviter(structure=structure).rejoindre(aidant)
    _inviter(structure=None).annuler(par=PLATEFORME)
    MandatFactory(aidant=aidant, structure=structure)
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    Courrier.objects.update(envoye_le=timezone.now())
    Aidant.objects.filter(pk=aidant.pk).update(desactive_le=DEPART)
    ouvrir_session(Client(), aidant)  # as if one had been forgotten
    _trace_de_django(aidant)
    return aidant


def _inviter(**ou: Any) -> Invitation:
    identite = {"courriel": COURRIEL, "prenom": "Maëlle", "nom": NOM, "profession": "Plouha"}
    return Invitation.objects.inviter(par=PLATEFORME, **(ou | identite))


def _trace_de_django(aidant: Aidant) -> None:
    LogEntry.objects.create(
        user_id=aidant.pk, content_type=ContentType.objects.get_for_model(Aidant),
        object_id=str(aidant.pk), object_repr=str(aidant), action_flag=CHANGE,
    )  # fmt: skip


def anonymiser(aidant: Aidant, instant: datetime = APRES) -> bool:
    with time_machine.travel(instant, tick=False):
        return aidant.anonymiser(par=PLATEFORME, precision="Fin de conservation")


def tables_qui_nomment(*mots: str) -> list[str]:
    """The tables where one of these words still stands, the journal and the PDFs left aside."""
    a_part = ("journal_", "mandats_attestation")
    tables = [t for t in connection.introspection.table_names() if not t.startswith(a_part)]
    trouvees = []
    with connection.cursor() as curseur:
        for table in tables:
            nom = connection.ops.quote_name(table)
            curseur.execute(f"SELECT t::text FROM {nom} t")  # noqa: S608 - names of tables
            lignes = " ".join(ligne for (ligne,) in curseur.fetchall()).casefold()
            trouvees += [table for mot in mots if mot.casefold() in lignes]
    return trouvees


def test_nothing_names_the_person_any_more(ancien: Aidant) -> None:
    mots = (COURRIEL, NOM, "Maëlle", "Plouha")
    assert "aidants_courrier" in tables_qui_nomment(*mots)
    assert anonymiser(ancien)
    assert tables_qui_nomment(*mots) == []


def test_factors_sessions_links_and_roles_are_gone(ancien: Aidant) -> None:
    assert anonymiser(ancien)
    ancien.refresh_from_db()
    for modele in (AppareilTotp, WebAuthnCredential):
        assert not modele.objects.filter(user=ancien).exists()
    assert not hasattr(ancien, "carnet_secours")
    assert not Session.objects.filter(aidant=ancien).exists()
    assert not Recuperation.objects.filter(aidant=ancien).exists()
    assert not ancien.appartenances.ouvertes().exists()
    assert not ancien.has_usable_password()
    assert CarteTotp.objects.get().etat == "hors_service"


def test_it_is_done_after_retention_to_the_second_and_once(ancien: Aidant) -> None:
    assert not anonymiser(ancien, DEPART + CONSERVATION)
    assert anonymiser(ancien)
    assert not anonymiser(ancien)
    (entree,) = Entree.objects.filter(action="anonymisation")
    assert (entree.sujet.aidant_nom, entree.sujet.precision) == ("", "Fin de conservation")


@pytest.mark.parametrize("etat", ["actif", "reactive"])
def test_account_in_use_keeps_its_name(ancien: Aidant, etat: str) -> None:
    ancien.reactiver(par=PLATEFORME)
    assert not anonymiser(ancien)


def test_no_row_of_the_act_names_the_person(ancien: Aidant) -> None:
    avant = set(Entree.objects.values_list("pk", flat=True))
    anonymiser(ancien)
    for entree in Entree.objects.exclude(pk__in=avant).select_related("sujet"):
        assert NOM.casefold() not in entree.phrase().casefold()


def test_mandats_and_pages_still_show(ancien: Aidant) -> None:
    structure = ancien.appartenances.get().structure
    collegue = AppartenanceFactory(structure=structure).aidant
    mandat = Mandat.objects.get()
    anonymiser(ancien)
    mandat = Mandat.objects.select_related("aidant").get()
    assert mandat.aidant.nom_complet == mandat.aidant.prenom_et_initiale == "Compte anonymisé"
    client = client_de(collegue)
    for adresse in ("/mandats/", f"/mandats/{mandat.pk}/", f"/usagers/{mandat.usager_id}/"):
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        assert NOM.casefold() not in reponse.content.decode().casefold()
    supervision = client_de(AidantFactory(supervision=True))
    assert "anonymisé" in supervision.get(page("aidant_change", ancien.pk)).content.decode()
    assert supervision.get(page("aidant_changelist")).status_code == 200


def test_address_serves_again_for_a_new_account(ancien: Aidant) -> None:
    nouvelle = _inviter(structure=AppartenanceFactory().structure)
    Invitation.objects.filter(pk=nouvelle.pk).update(expire_le=APRES + timedelta(days=1))
    anonymiser(ancien)
    nouvelle.refresh_from_db()
    assert (nouvelle.courriel, nouvelle.annulee_le) == (COURRIEL, None)
    assert not Aidant.objects.filter(courriel=COURRIEL).exists()


def test_supervision_does_it_only_after_retention(ancien: Aidant) -> None:
    client = client_de(AidantFactory(supervision=True))
    Aidant.objects.filter(pk=ancien.pk).update(desactive_le=timezone.now())
    faire(client, ancien, "anonymiser")
    ancien.refresh_from_db()
    assert ancien.anonymise_le is None
    vieux = timezone.now() - CONSERVATION - timedelta(days=1)
    Aidant.objects.filter(pk=ancien.pk).update(desactive_le=vieux)
    faire(client, ancien, "anonymiser")
    ancien.refresh_from_db()
    assert ancien.anonymise_le is not None
