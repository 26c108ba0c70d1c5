"""Many hands on one person's démarches at once: at the end, one open authorisation of each."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from aidants.models import Structure
from journal.models import Entree
from mandats import signature
from mandats.models import Autorisation, Mandat, Projet
from tests.codes import code_de
from tests.factories import AppareilTotpFactory, AppartenanceFactory, MandatFactory, ProjetFactory
from tests.mandats.gestes import ECRITE, ensemble

MAINS = 50
DEMARCHES = ["logement", "social", "justice"]


def _signer(projet: Projet, code: str) -> str:
    """The last ones may wait too long for their turn: they are answered, and nothing is written."""
    try:
        resultat = signature.signer(projet.pk, par=projet.aidant, signature=ECRITE, code=code)
    except OperationalError as erreur:
        return "attente" if isinstance(erreur.__cause__, LockNotAvailable) else "interblocage"
    return "signe" if isinstance(resultat, Mandat) else f"refuse-{resultat.value}"


def _revoquer(mandat: Mandat, demarche: str) -> str:
    mandat.revoquer(par=mandat.usager.auteur, demarches=[demarche])
    return "revoque"


def _preparer(structure: Structure, premier: Mandat) -> list[Callable[[], str]]:
    """A third signs, a third renews, a third revokes; each aidant has a code of their own."""
    gestes: list[Callable[[], str]] = []
    for rang in range(MAINS):
        if rang % 3 == 2:
            lu = Mandat.objects.get(pk=premier.pk)
            gestes.append(partial(_revoquer, lu, DEMARCHES[rang % 2]))
            continue
        appareil, tour = AppareilTotpFactory(), rang // 3
        AppartenanceFactory(aidant=appareil.user, structure=structure)
        deux = [DEMARCHES[(tour + n) % 3] for n in (0, 1)]
        qui = {"aidant": appareil.user, "structure": structure, "usager": premier.usager}
        projet = ProjetFactory(**qui, demarches=deux, renouvelle=premier if rang % 3 else None)
        gestes.append(partial(_signer, projet, code_de(appareil)))
    return gestes


@pytest.mark.usefixtures("transactional_db")
def test_signatures_renewals_and_revocations_at_once(structure: Structure) -> None:
    premier = MandatFactory(structure=structure, demarches=DEMARCHES)
    issues = Counter(ensemble(*_preparer(structure, premier)))
    # What was ended first is not renewed.
    assert set(issues) <= {"signe", "revoque", "attente", "refuse-revoque", "refuse-occupe"}
    ouvertes = Autorisation.objects.actives().pour(premier.usager)
    assert Counter(ouvertes.values_list("demarche", flat=True)) == dict.fromkeys(DEMARCHES, 1)
    faits = Counter(Entree.objects.values_list("action", flat=True))
    assert faits["signature"] == issues["signe"] == Mandat.objects.count() - 1
    fermees = Autorisation.objects.exclude(revoquee_le=None).count()
    assert faits["autorisation_revoquee"] == fermees
