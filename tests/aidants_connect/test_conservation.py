"""How long each thing is kept, to the second."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from aidants.models import (
    Courrier,
    Echec,
    ImportCartes,
    Invitation,
    Recuperation,
    Session,
)
from aidants.models.aidants import CONSERVATION as COMPTE
from aidants_connect.conservation import TERMES
from fournisseur_identite.models import AssertionServie, DemandeAutorisation, DemandePoussee
from journal.retention import il_y_a
from mandats.models import Autorisation, CodeReimprime, Mandat
from tests.aidants_connect.passe import mandat_fini
from tests.factories import AidantFactory, FournisseurServiceFactory, ProjetFactory
from usagers.models import MessageUsager, Usager
from usagers.models.messages import GenreMessage

pytestmark = pytest.mark.django_db
DATE = datetime(2016, 5, 10, 8, 30, tzinfo=UTC)
SECONDE, JOUR = timedelta(seconds=1), timedelta(days=1)
SIX_ANS = datetime(2022, 5, 10, 8, 30, tzinfo=UTC)
PAR_CLE = {terme.cle: terme for terme in TERMES}


def echus(cle: str, instant: datetime) -> int:
    with time_machine.travel(instant, tick=False):
        return PAR_CLE[cle].echus(instant).count()


# --- Tables, to the second ------------------------------------------------------------------------


def _service(modele: Any, **valeurs: Any) -> None:
    modele.objects.create(fs=FournisseurServiceFactory(), **valeurs)


def _dater(modele: Any, champ: str) -> None:
    modele.objects.update(**{champ: DATE})


def _demande() -> None:
    _service(DemandeAutorisation, parametres={}, demarches=["logement"])
    _dater(DemandeAutorisation, "cree_le")


def _compte() -> None:
    AidantFactory(is_active=False, desactive_le=DATE)


def _courrier(champ: str) -> None:
    Courrier.objects.create(genre="invitation", adresse="a@example.org")
    _dater(Courrier, champ)


def _lien() -> None:
    Recuperation.objects.create(genre="facteurs", expire_le=DATE)


def _message() -> None:
    MessageUsager.objects.ecrire(
        GenreMessage.LECTURE, canal="courriel", usager=None, adresse="a@example.org"
    )
    _dater(MessageUsager, "cree_le")


def _feuille() -> None:
    mandat = mandat_fini(DATE)
    CodeReimprime.objects.create(mandat=mandat, aidant=mandat.aidant, octets_chiffres=b"x")
    _dater(CodeReimprime, "cree_le")


def _session() -> None:
    Session.objects.create(session_key="s", expire_date=DATE)


def _fichier() -> None:
    ImportCartes.objects.preparer([], fichier="x.csv", par=AidantFactory())
    _dater(ImportCartes, "cree_le")


def _invitation(**autres: Any) -> None:
    Invitation.objects.create(courriel="a@example.org", prenom="A", nom="B", **autres)
    _dater(Invitation, "expire_le")


# What is made, and how long it is then kept after DATE.
TABLES: dict[str, tuple[str, Callable[[], Any], timedelta]] = {
    "mandat": ("mandats", lambda: mandat_fini(DATE), SIX_ANS - DATE),
    "projet": ("projets", lambda: ProjetFactory(expire_le=DATE), JOUR),
    "compte": ("comptes", _compte, COMPTE),
    "invitation": ("invitations", _invitation, 365 * JOUR),
    "lien": ("liens", _lien, 30 * JOUR),
    "courriel parti": ("courriers", lambda: _courrier("envoye_le"), 30 * JOUR),
    "courriel jamais parti": ("courriers", lambda: _courrier("cree_le"), 365 * JOUR),
    "message": ("messages", _message, JOUR),
    "feuille": ("feuilles", _feuille, JOUR),
    "session": ("sessions", _session, 0 * JOUR),
    "essai": ("echecs", lambda: Echec.objects.create(cle="c", instant=DATE), 2 * JOUR),
    "fichier": ("fichiers", _fichier, timedelta(hours=1)),
    "demande": ("demandes", _demande, JOUR),
    "poussee": (
        "poussees",
        lambda: _service(DemandePoussee, parametres={}, reference_sha256="r", expire_le=DATE),
        0 * JOUR,
    ),
    "assertion": (
        "assertions", lambda: _service(AssertionServie, jti_sha256="j", expire_le=DATE), 0 * JOUR,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cle", "faire", "duree"), TABLES.values(), ids=TABLES)
def test_kept_to_the_second(cle: str, faire: Callable[[], Any], duree: timedelta) -> None:
    faire()
    assert echus(cle, DATE + duree) == 0
    assert echus(cle, DATE + duree + SECONDE) == 1


def test_each_term_is_tried() -> None:
    assert {cle for cle, _, _ in TABLES.values()} | {"usagers"} == set(PAR_CLE)


# --- Mandats --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fin", "dernier"),
    [
        ("2016-02-29T10:00:00", "2022-03-01T00:00:00"),  # no 29 February in 2022: six whole years
        ("2016-02-28T10:00:00", "2022-02-28T10:00:00"),
        ("2014-02-28T10:00:00", "2020-02-28T10:00:00"),
        ("2018-12-31T23:59:59", "2024-12-31T23:59:59"),
    ],
)
def test_six_years_through_leap_days(fin: str, dernier: str) -> None:
    finie, garde = (datetime.fromisoformat(d).replace(tzinfo=UTC) for d in (fin, dernier))
    mandat_fini(finie)
    assert echus("mandats", garde - SECONDE) == 0
    assert echus("mandats", garde + SECONDE) == 1


def test_29_february_looks_back_to_the_28() -> None:
    assert il_y_a(6, datetime(2024, 2, 29, 7, tzinfo=UTC)) == datetime(2018, 2, 28, 7, tzinfo=UTC)


def test_mandat_ends_with_its_last_authorisation() -> None:
    mandat = mandat_fini(DATE + 30 * JOUR)
    revoquer(mandat, logement=DATE - JOUR, social=DATE)
    assert echus("mandats", SIX_ANS) == 0
    assert echus("mandats", SIX_ANS + SECONDE) == 1


def test_mandat_with_one_authorisation_left_ends_at_its_term() -> None:
    mandat = mandat_fini(DATE)
    revoquer(mandat, logement=DATE - 90 * JOUR)
    assert echus("mandats", SIX_ANS) == 0
    assert echus("mandats", SIX_ANS + SECONDE) == 1


def revoquer(mandat: Mandat, **quand: datetime) -> None:
    for demarche, instant in quand.items():
        Autorisation.objects.filter(mandat=mandat, demarche=demarche).update(
            revoquee_le=instant, revoquee_par="usager", echue=False
        )


# --- Usagers --------------------------------------------------------------------------------------


def test_usager_of_drafts_only_goes_with_them() -> None:
    projet = ProjetFactory(identifie=True)
    assert echus("usagers", DATE) == 0
    projet.delete()
    assert list(PAR_CLE["usagers"].echus(DATE)) == [projet.usager]
    assert PAR_CLE["usagers"].effacer([projet.usager.pk], DATE) == {"usagers": 1}
    assert not Usager.objects.exists()


def test_usager_who_began_a_draft_meanwhile_is_kept() -> None:
    usager = ProjetFactory(identifie=True).usager
    assert PAR_CLE["usagers"].effacer([usager.pk], DATE) == {"usagers": 0}
    assert Usager.objects.get() == usager


def test_invitation_that_was_taken_up_is_of_its_account() -> None:
    _invitation(acceptee_le=DATE)
    assert echus("invitations", DATE + 10_000 * JOUR) == 0
