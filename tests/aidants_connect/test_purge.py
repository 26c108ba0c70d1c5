"""The nightly purge: what goes, what stays, what the journal and the reports say of it."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant
from aidants_connect import purge, statistiques
from aidants_connect.conservation import TERMES
from aidants_connect.models import Purge
from aidants_connect.taches import purger as tache
from fournisseur_identite.models import Connexion, DemandeAutorisation
from fournisseur_identite.models.connexions import condenser
from journal.actions import AUTORISATION_CREEE, CONSULTATION_USAGER, SIGNATURE
from journal.models import Entree, Sujet
from journal.retention import il_y_a
from mandats.models import Mandat, Projet
from tests.aidants.test_anonymisation import tables_qui_nomment
from tests.aidants_connect.passe import inscrire, mandat_fini, reculer
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    FournisseurServiceFactory,
    MandatFactory,
    ProjetFactory,
    UsagerFactory,
)
from tests.journal.registre_de_test import sceller, verifier
from tests.mandats import gestes
from usagers.models import Usager

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("retention")]
FIN = datetime(2016, 3, 1, 12, tzinfo=UTC)
APRES = datetime(2022, 3, 1, 12, 0, 1, tzinfo=UTC)  # six years and a second
NOM = {"prenoms": "Philomène", "nom": "QUEFFÉLEC", "courriel": "philo@example.org"}


def purger() -> dict[str, int]:
    """Purge; return what was found to erase."""
    faite = purge.purger()
    assert faite.erreurs == []
    return {ligne["regle"]: ligne["nombre"] for ligne in faite.lignes if ligne["nombre"]}


def se_connecter(mandat: Mandat) -> Connexion:
    fs = FournisseurServiceFactory()
    demande = DemandeAutorisation.objects.create(fs=fs, parametres={}, demarches=["logement"])
    DemandeAutorisation.objects.update(cree_le=FIN)
    return Connexion.objects.create(
        demande=demande, fs=fs, aidant=mandat.aidant, structure=mandat.structure,
        autorisation=mandat.autorisations.all()[0], auth_time=FIN, code_sha256=condenser("c"),
        code_expire_le=FIN,
    )  # fmt: skip


@pytest.fixture
def projet_signe(aidant: Aidant) -> Mandat:
    """A mandat that was really signed, with its lines."""
    structure, usager = aidant.structures().get(), UsagerFactory(**NOM)
    return gestes.signer(ProjetFactory(aidant=aidant, structure=structure, usager=usager))


def test_mandat_goes_six_years_after_its_end_with_all_that_is_of_it() -> None:
    mandat = mandat_fini(FIN, usager=UsagerFactory(**NOM))
    suivant = mandat_fini(FIN + timedelta(days=365), renouvelle=mandat)
    ProjetFactory(mandat=mandat, usager=mandat.usager)
    se_connecter(mandat)
    inscrire(SIGNATURE, FIN, mandat_ref=str(mandat.pk), usager_nom=NOM["nom"])
    with time_machine.travel(APRES, tick=False):
        assert purger() == {"mandats": 1, "usagers": 1, "demandes": 1}
    assert list(Mandat.objects.all()) == [suivant]
    assert not Connexion.objects.exists()
    assert tables_qui_nomment(*NOM.values(), str(mandat.pk)) == []


def test_usager_with_another_mandat_keeps_their_name() -> None:
    premier = mandat_fini(FIN)
    second = mandat_fini(FIN + timedelta(days=1), usager=premier.usager)
    with time_machine.travel(APRES, tick=False):
        assert purger() == {"mandats": 1}
    assert Mandat.objects.get().usager.nom_complet == second.usager.nom_complet
    with time_machine.travel(APRES + timedelta(days=1), tick=False):
        assert purger() == {"mandats": 1, "usagers": 1}


def test_anonymous_usager_is_a_row_and_a_date() -> None:
    usager = mandat_fini(FIN, usager=UsagerFactory(**NOM)).usager
    with time_machine.travel(APRES, tick=False):
        purger()
        purger()
    anonyme = Usager.objects.get()
    assert (anonyme.pk, anonyme.connu_depuis) == (usager.pk, usager.connu_depuis)
    assert str(anonyme) == "Usager ANONYME"
    assert (anonyme.sub_hache, anonyme.courriel) == (f"anonyme:{usager.pk}", "")


def test_statistics_are_unchanged() -> None:
    mandat_fini(FIN)
    recent = MandatFactory()
    inscrire(AUTORISATION_CREEE, timezone.now(), mandat_ref=str(recent.pk))
    avant = statistiques.relever(timezone.now()), Usager.objects.count(), Aidant.objects.count()
    assert purger() == {"mandats": 1, "usagers": 1}
    apres = statistiques.relever(timezone.now()), Usager.objects.count(), Aidant.objects.count()
    assert avant == apres


def test_mandat_waits_for_its_journal_to_name_nobody() -> None:
    """The reverse would leave lines of mandats that are nowhere."""
    mandat = mandat_fini(FIN)
    inscrire(AUTORISATION_CREEE, FIN, mandat_ref=str(mandat.pk))
    with time_machine.travel(APRES, tick=False):
        (terme,) = (terme for terme in TERMES if terme.cle == "mandats")
        assert list(terme.echus(APRES)) == [mandat]
        assert list(terme.prets(terme.echus(APRES), APRES)) == []


def test_what_was_read_of_an_old_mandat_lately_does_not_keep_it() -> None:
    mandat = mandat_fini(FIN)
    inscrire(SIGNATURE, FIN, mandat_ref=str(mandat.pk))
    lue = inscrire(CONSULTATION_USAGER, APRES - timedelta(days=30), mandat_ref=str(mandat.pk))
    with time_machine.travel(APRES, tick=False):
        assert purger()["mandats"] == 1
    assert list(Sujet.objects.filter(mandat_ref=str(mandat.pk)).values_list("pk", flat=True)) == [
        lue
    ]
    with time_machine.travel(APRES + timedelta(days=336), tick=False):
        purger()
    assert not Sujet.objects.filter(pk=lue).exists()


def test_verification_finds_nothing_after_a_purge(projet_signe: Mandat) -> None:
    reculer(projet_signe, timedelta(days=8 * 366))
    sceller()
    faite = purger()
    sceller()
    assert faite["mandats"] == faite["usagers"] == 1
    assert verifier() == []
    assert not Sujet.objects.filter(mandat_ref=str(projet_signe.pk)).exists()


def test_nothing_in_use_is_touched(projet_signe: Mandat) -> None:
    """A whole structure at work: a purge finds nothing there."""
    ProjetFactory(identifie=True)
    MandatFactory(revoque=True)
    MandatFactory(ancien=True)
    ouvrir_session(Client(), projet_signe.aidant)
    with connection.cursor() as curseur:
        curseur.execute("SELECT count(*) FROM journal_entree")
        (lignes,) = curseur.fetchone()
    assert purger() == {}
    assert Entree.objects.count() == lignes


def test_each_batch_writes_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "LOT", 2)
    usager = mandat_fini(FIN).usager
    for jours in range(4):
        mandat_fini(FIN - timedelta(days=jours + 1), usager=usager)
    assert purger() == {"mandats": 5, "usagers": 1}
    lignes = Entree.objects.filter(action="effacement").order_by("pk")
    faits = [(ligne.details["regle"], ligne.details["nombre"]) for ligne in lignes]
    assert faits == [("mandats", 2), ("mandats", 2), ("mandats", 1), ("usagers", 1)]
    assert "mandats finis depuis six ans (nombre : 2" in lignes[0].phrase().replace("\u00a0", " ")
    assert lignes[0].auteur_genre == "plateforme"


@pytest.mark.parametrize("lot", [1, purge.LOT])
def test_what_fails_is_left_for_the_next_night_and_the_rest_goes(
    monkeypatch: pytest.MonkeyPatch, lot: int
) -> None:
    """PostgreSQL keeps a mandat that its own clock has not released; it holds back no other."""
    monkeypatch.setattr(purge, "LOT", lot)
    presque = il_y_a(6, timezone.now()) + timedelta(days=10)
    mandats = [mandat_fini(fin, id=UUID(int=n)) for n, fin in enumerate([FIN, presque, FIN])]
    ProjetFactory(expire_le=FIN)
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        faite = purge.purger()
    assert (faite.etat, faite.erreurs) == ("en échec", ["mandats"])
    assert list(Mandat.objects.all()) == mandats[1:2]
    assert not Projet.objects.exists()
    assert purger() == {}


def test_without_its_role_the_rest_is_done_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    mandat = mandat_fini(FIN)
    inscrire(AUTORISATION_CREEE, FIN, mandat_ref=str(mandat.pk))
    ProjetFactory(expire_le=FIN)
    monkeypatch.setattr(purge, "sous_le_role", lambda _: nullcontext())
    with pytest.raises(CommandError, match="RETENTION_URL"):
        call_command("purger", stdout=StringIO())
    assert (Mandat.objects.count(), Projet.objects.count()) == (1, 0)


def test_dry_run_counts_and_writes_nothing() -> None:
    mandat = mandat_fini(FIN)
    inscrire(AUTORISATION_CREEE, FIN, mandat_ref=str(mandat.pk))
    avant = Entree.objects.count(), Sujet.objects.count()
    sortie = StringIO()
    call_command("purger", "--a-blanc", stdout=sortie)
    assert "journal, mandats: 1 to erase." in sortie.getvalue()
    assert "\nmandats: 1 to erase." in sortie.getvalue()
    assert (Entree.objects.count(), Sujet.objects.count()) == avant
    assert (Purge.objects.count(), Mandat.objects.count()) == (0, 1)


def test_task_does_it_and_the_supervision_reads_the_report() -> None:
    mandat_fini(FIN)
    tache()
    faite = Purge.objects.get()
    client = Client()
    ouvrir_session(client, AidantFactory(supervision=True))
    liste = client.get(reverse("admin:aidants_connect_purge_changelist")).content.decode()
    assert ">fait</td>" in liste
    page = client.get(reverse("admin:aidants_connect_purge_change", args=[faite.pk]))
    assert "Mandats finis depuis six ans\u00a0: 1 lignes" in page.content.decode()
