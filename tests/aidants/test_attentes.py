"""An act that PostgreSQL chose to end a circle of waits is done again, once."""

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from aidants.attentes import est_attente, repris

INTERBLOCAGE, VERROU, UNICITE = "40P01", "55P03", "23505"


@transaction.atomic
def _lever(etat: str) -> None:
    """What PostgreSQL itself answers."""
    with connection.cursor() as curseur:
        curseur.execute(f"DO $$ BEGIN RAISE SQLSTATE '{etat}'; END $$")


class Acte:
    """Meets these errors, one each time it is done, then succeeds."""

    def __init__(self, *etats: str) -> None:
        self.etats, self.fois = list(etats), 0

    def __call__(self) -> str:
        self.fois += 1
        if self.etats:
            _lever(self.etats.pop(0))
        return "fait"


@pytest.mark.django_db
def test_act_in_a_circle_is_done_again() -> None:
    acte = Acte(INTERBLOCAGE)
    assert (repris(acte)(), acte.fois) == ("fait", 2)


@pytest.mark.django_db
@pytest.mark.parametrize("etats", [(INTERBLOCAGE, INTERBLOCAGE), (VERROU,), (UNICITE,)])
def test_other_errors_and_a_second_circle_are_told(etats: tuple[str, ...]) -> None:
    acte = Acte(*etats)
    with pytest.raises(DatabaseError):
        repris(acte)()
    assert acte.fois == len(etats)


@pytest.mark.django_db
@pytest.mark.parametrize("etat", [INTERBLOCAGE, VERROU, "57014", "25P03"])
def test_waits_in_vain_are_told_apart(etat: str) -> None:
    with pytest.raises(DatabaseError) as erreur:
        _lever(etat)
    assert est_attente(erreur.value)


@pytest.mark.django_db
def test_faults_are_no_waits() -> None:
    with pytest.raises(IntegrityError) as erreur:
        _lever(UNICITE)
    assert not est_attente(erreur.value)
    assert not est_attente(OperationalError("the connection was lost"))
