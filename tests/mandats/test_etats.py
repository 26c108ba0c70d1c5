"""The states of a mandat: one definition for SQL, one for the instance, the same answers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from mandats import annuaire
from mandats.models import Autorisation, Mandat
from tests.factories import MandatFactory

SECONDE = timedelta(seconds=1)
MOIS = timedelta(days=30)
DEUX_JOURS = timedelta(days=2)
# End from now, démarches revoked -> actif, bientot, state
CAS = [
    (timedelta(days=182), [], True, False, "actif"),
    (timedelta(days=182), ["logement"], True, False, "actif"),
    (timedelta(days=182), ["logement", "social"], False, False, "revoque"),
    (MOIS + SECONDE, [], True, False, "actif"),
    (MOIS, [], True, True, "bientot"),
    (MOIS, ["social"], True, True, "bientot"),
    (MOIS, ["logement", "social"], False, False, "revoque"),
    (SECONDE, [], True, True, "bientot"),
    (timedelta(), [], False, False, "expire"),
    (-SECONDE, [], False, False, "expire"),
    (-SECONDE, ["logement"], False, False, "expire"),
    (-SECONDE, ["logement", "social"], False, False, "revoque"),
]


@pytest.fixture(autouse=True)
def _heure_arretee() -> Iterator[None]:
    with time_machine.travel(timezone.now(), tick=False):
        yield


# Duration, end from now -> bientot
COURTS = [
    (1, timedelta(days=1), True),
    (31, timedelta(days=31), False),
    (31, MOIS, False),
    (31, DEUX_JOURS + SECONDE, False),
    (31, DEUX_JOURS, True),
    (182, MOIS, True),
    (365, MOIS, True),
]


def mandat_finissant(dans: timedelta, revoquees: list[str], duree: int = 365) -> Mandat:
    fin = timezone.now() + dans
    mandat = MandatFactory(signe_le=fin - timedelta(days=duree), fin=fin, duree=duree)
    Autorisation.objects.filter(demarche__in=revoquees).update(
        revoquee_le=min(timezone.now(), fin) - timedelta(days=2), revoquee_par="usager", echue=False
    )
    return Mandat.objects.get(pk=mandat.pk)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("dans", "revoquees", "actif", "bientot", "etat"), CAS)
def test_queryset_and_instance_agree(
    dans: timedelta, revoquees: list[str], actif: bool, bientot: bool, etat: str
) -> None:
    mandat = mandat_finissant(dans, revoquees)
    par_sql = Mandat.objects.actifs().exists(), Mandat.objects.expirant_bientot().exists()
    par_instance = mandat.est_actif, mandat.expire_bientot
    assert par_sql == par_instance == (actif, bientot)
    assert mandat.etat == etat
    assert annuaire.etat(annuaire.usagers_de(mandat.structure).get()) == etat


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("duree", "dans", "bientot"), COURTS)
def test_short_mandat_ends_soon_in_its_last_days_only(
    duree: int, dans: timedelta, bientot: bool
) -> None:
    mandat = mandat_finissant(dans, [], duree)
    assert Mandat.objects.expirant_bientot().exists() is mandat.expire_bientot is bientot
    etat = annuaire.etat(annuaire.usagers_de(mandat.structure).get())
    assert etat == mandat.etat == ("bientot" if bientot else "actif")


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("dans", "revoquees", "actif", "bientot", "etat"), CAS)
def test_authorisations_are_active_with_their_mandat(
    dans: timedelta, revoquees: list[str], actif: bool, bientot: bool, etat: str
) -> None:
    mandat = mandat_finissant(dans, revoquees)
    par_sql = set(Autorisation.objects.actives())
    assert par_sql == {a for a in mandat.autorisations.all() if a.est_active}
    assert bool(par_sql) is actif


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("depuis", "lisible"), [(timedelta(days=365) - SECONDE, True), (timedelta(days=365), False)]
)
def test_what_ended_more_than_a_year_ago_is_not_listed(depuis: timedelta, lisible: bool) -> None:
    mandat_finissant(-depuis, [])
    assert Mandat.objects.lisibles().exists() is lisible


@pytest.mark.usefixtures("db")
def test_end_of_an_active_mandat_is_not_told() -> None:
    assert mandat_finissant(MOIS, []).termine_le_en_clair == ""


@pytest.mark.usefixtures("db")
def test_revoked_mandat_ended_at_its_last_revocation() -> None:
    mandat = mandat_finissant(MOIS, ["logement", "social"])
    fin = mandat.autorisations.all()[0].revoquee_le_en_clair
    assert mandat.termine_le_en_clair == fin


@pytest.mark.usefixtures("db")
def test_expired_mandat_ended_at_its_term() -> None:
    mandat = mandat_finissant(-MOIS, ["social"])
    assert mandat.termine_le_en_clair == mandat.fin_en_clair


# --- What the database itself refuses ---


@pytest.mark.usefixtures("db")
def test_mandat_ends_after_its_signature() -> None:
    with pytest.raises(IntegrityError, match="mandat_fin_apres_signature"), transaction.atomic():
        MandatFactory(fin=timezone.now() - SECONDE)


@pytest.mark.usefixtures("db")
def test_mandat_without_signature_is_refused() -> None:
    with pytest.raises(IntegrityError, match="mandat_signe"), transaction.atomic():
        MandatFactory(signature_nom="", signature_trace=[])


@pytest.mark.usefixtures("db")
def test_demarche_stands_once_in_a_mandat() -> None:
    doublon = {"demarches": ["logement", "logement"]}
    with pytest.raises(IntegrityError, match="unique_par_mandat"), transaction.atomic():
        MandatFactory(**doublon)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("le", "par"), [(None, "usager"), ("maintenant", "")])
def test_revocation_says_when_and_who(le: str | None, par: str) -> None:
    MandatFactory()
    valeurs = {"revoquee_le": timezone.now() if le else None, "revoquee_par": par}
    with pytest.raises(IntegrityError, match="revoquee_par_quelqu_un"), transaction.atomic():
        Autorisation.objects.update(**valeurs)
