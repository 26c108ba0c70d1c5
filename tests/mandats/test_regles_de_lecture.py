"""Each reading rule stands twice, in SQL and on the instance: drawn cases hold them equal.

Instants are drawn about those where an answer changes, to the second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aidants.demarches import DEMARCHES
from aidants.models import Structure
from journal.retention import il_y_a
from mandats.admin.mandats import ETATS, dans_l_etat
from mandats.conservation import ANNEES
from mandats.durees import BIENTOT, DUREES, MEMOIRE
from mandats.models import Autorisation, Mandat
from mandats.models.mandats import IMMINENT, LONG, RECENT
from tests.factories import AidantFactory, MandatFactory, StructureFactory

pytestmark = pytest.mark.django_db
MAINTENANT = datetime(2026, 3, 1, 10, tzinfo=UTC)
SIX_ANS = il_y_a(ANNEES, MAINTENANT)
SECONDE = timedelta(seconds=1)
BORDS = [timedelta(), BIENTOT, IMMINENT, -MEMOIRE, -RECENT, SIX_ANS - MAINTENANT]


@dataclass(frozen=True)
class Cas:
    """A mandat of so many days, whose end or last revocation falls about an edge."""

    duree: int
    fin: timedelta  # from now
    ouvertes: frozenset[str]
    retirees: frozenset[str]
    avant: timedelta  # how long before the end they were


@st.composite
def cas(draw: Any) -> Cas:
    duree = draw(st.sampled_from(list(DUREES)))
    cles = draw(st.lists(st.sampled_from(list(DEMARCHES)), min_size=1, max_size=3, unique=True))
    nombre = draw(st.integers(0, len(cles)))
    vie = timedelta(days=duree)
    avant = draw(st.sampled_from([timedelta(), 9 * SECONDE, vie / 2, vie - 9 * SECONDE]))
    bord = draw(st.sampled_from(BORDS)) + draw(st.integers(-2, 2)) * SECONDE
    fin = bord + avant if nombre == len(cles) else bord
    return Cas(duree, fin, frozenset(cles[nombre:]), frozenset(cles[:nombre]), avant)


def ecrire(cas: Cas, structure: Structure, aidant: Any) -> None:
    fin = MAINTENANT + cas.fin
    mandat = MandatFactory(
        structure=structure, aidant=aidant, duree=cas.duree, fin=fin,
        signe_le=fin - timedelta(days=cas.duree), demarches=[*cas.ouvertes, *cas.retirees],
    )  # fmt: skip
    mandat.autorisations.filter(demarche__in=cas.retirees).update(
        revoquee_le=fin - cas.avant, revoquee_par="usager", echue=False
    )


Regle = tuple[Callable[[Structure], Any], Callable[[Mandat, Structure], bool]]
tous = Mandat.objects.all


def _filtre(etat: str) -> Regle:
    return lambda _: dans_l_etat(tous(), etat), lambda mandat, _: mandat.etat == etat


REGLES: dict[str, Regle] = {
    "actif": (lambda _: tous().actifs(), lambda m, _: m.est_actif),
    "expiré": (lambda _: tous().expires(), lambda m, _: m.est_expire),
    "révoqué": (lambda _: tous().revoques(), lambda m, _: m.est_revoque),
    "bientôt": (lambda _: tous().expirant_bientot(), lambda m, _: m.expire_bientot),
    "listé": (lambda _: tous().lisibles(), lambda m, _: m.est_lisible),
    "renouvelable": (
        lambda structure: tous().renouvelables(structure),
        lambda m, structure: m.refus_de_renouveler(structure) is None,
    ),
    "à rappeler": (
        lambda _: tous().a_rappeler(), lambda m, _: m.expire_bientot and m.duree >= LONG,
    ),
    "fin à dire": (
        lambda _: tous().a_dire_finis(),
        lambda m, _: m.est_expire and not m.est_revoque and m.fin > MAINTENANT - RECENT,
    ),
    "à effacer": (lambda _: tous().termines(SIX_ANS), lambda m, _: m.terme < SIX_ANS),
    **{f"filtre {etat}": _filtre(etat) for etat in ETATS},
}  # fmt: skip


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(cas(), min_size=6, max_size=6))
def test_sql_and_instance_give_the_same_answer(tires: list[Cas]) -> None:
    with time_machine.travel(MAINTENANT, tick=False), transaction.atomic():
        ici, ailleurs = (
            StructureFactory(demarches=["logement", "social", "justice"]),
            (StructureFactory()),
        )
        aidant = AidantFactory()
        for tire in tires:
            ecrire(tire, ici, aidant)
        lus = list(Mandat.objects.avec_tout())
        for nom, (en_sql, sur_instance) in REGLES.items():
            for structure in (ici, ailleurs):
                attendus = {mandat.pk for mandat in lus if sur_instance(mandat, structure)}
                assert {m.pk for m in en_sql(structure)} == attendus, nom
        actives = {a.pk for m in lus for a in m.autorisations.all() if a.est_active}
        assert set(Autorisation.objects.actives().values_list("pk", flat=True)) == actives
        transaction.set_rollback(True)


def test_every_reading_rule_is_there() -> None:
    """A new queryset rule of a mandat is added above, with the instance's own."""
    de_chainage = {"de", "pour", "avec_tout", "as_manager"}
    regles = {nom for nom in vars(Mandat.objects.all().__class__) if not nom.startswith("_")}
    assert regles - de_chainage == {
        "actifs", "expires", "revoques", "expirant_bientot", "lisibles", "renouvelables",
        "a_rappeler", "a_dire_finis", "termines",
    }  # fmt: skip
