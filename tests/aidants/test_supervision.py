"""How one leaves the national team."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from aidants import supervision
from aidants.models import Aidant, Courrier, MotifDesactivation
from journal.models import PLATEFORME, Entree
from tests.aidants.personnes import client_de
from tests.factories import AidantFactory, AppartenanceFactory

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(Entree.objects.order_by("id").values_list("action", flat=True))


def test_member_who_leaves_the_team_keeps_the_structures() -> None:
    AidantFactory(supervision=True)
    membre = AppartenanceFactory(aidant=AidantFactory(supervision=True)).aidant
    ouverte = client_de(membre)
    assert supervision.quitter(membre, par=PLATEFORME, precision="Fin de mission")
    membre.refresh_from_db()
    assert (membre.supervision, membre.is_active) == (False, True)
    assert ouverte.get("/administration/").status_code == 302  # the session is closed
    assert actions() == ["supervision_retiree"]
    assert "Fin de mission" in Entree.objects.select_related("sujet").get().phrase()
    assert [c.genre for c in Courrier.objects.all()] == ["supervision_retiree"]


def test_member_of_no_structure_who_leaves_the_team_has_no_account_left() -> None:
    AidantFactory(supervision=True)
    membre = AidantFactory(supervision=True)
    assert supervision.quitter(membre, par=PLATEFORME)
    membre.refresh_from_db()
    assert not membre.is_active
    assert actions() == ["supervision_retiree", "desactivation"]


def test_last_member_stays() -> None:
    membre = AidantFactory(supervision=True)
    AidantFactory(supervision=True).desactiver(par=PLATEFORME, motif=MotifDesactivation.AUTRE)
    assert not supervision.quitter(membre, par=PLATEFORME)
    assert not supervision.quitter(AidantFactory(), par=PLATEFORME)
    assert "supervision_retiree" not in actions()


@pytest.mark.django_db(transaction=True)
def test_two_members_who_leave_at_the_same_time_leave_one_behind() -> None:
    deux = [AidantFactory(supervision=True) for _ in range(2)]

    def quitter(membre: Aidant) -> bool:
        try:
            return supervision.quitter(membre, par=PLATEFORME)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        assert sorted(fils.map(quitter, deux)) == [False, True]
    assert Aidant.objects.filter(supervision=True).count() == 1
