"""No sequence of acts on one person's mandats, by two hands at once, breaks a rule or the journal.

Hypothesis draws the acts: signing, renewing, revoking a part or the whole, transferring, letting
time pass, purging. The verification of the journal (J13) says after each whether an act lacks its
line, or a line its act. The PDF has tests of its own: here its bytes are made up.

A run draws five sequences; `MACHINE=100 make test ARGS=tests/mandats/test_machine.py` draws more.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from aidants_connect import purge
from journal import rapprochement
from journal.models import Auteur, Entree
from journal.murs import ROLE_AUDIT, ROLE_RETENTION
from journal.registre import Registre
from journal.retention import il_y_a
from mandats import attestation, signature
from mandats.conservation import ANNEES
from mandats.durees import DUREES
from mandats.models import Autorisation, Mandat
from mandats.transfert import transferer
from tests.codes import code_de
from tests.factories import (
    AppareilTotpFactory,
    AppartenanceFactory,
    ProjetFactory,
    StructureFactory,
    UsagerFactory,
)
from tests.journal.registre_de_test import executer, role
from tests.mandats.gestes import ECRITE, ensemble
from usagers.models import Usager

Acte = Callable[[], Any]
NAISSANCE, FIN_DU_JEU = datetime(2008, 1, 1, 9, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
EXEMPLES = int(os.environ.get("MACHINE", "5"))
DEMARCHES = ["logement", "social"]
ATTENTES = [timedelta(days=jours) for jours in (1, 31, 182, 365, 6 * 365 + 3)]
QUI = ["usager", "aidant", "responsable", "papier"]

choix = st.lists(st.sampled_from(DEMARCHES), min_size=1, unique=True)
rangs = st.integers(0, 20)
gestes = st.one_of(
    st.tuples(st.just("signer"), choix, st.sampled_from(list(DUREES))),
    st.tuples(st.just("renouveler"), rangs, choix),
    st.tuples(st.just("revoquer"), rangs, st.none() | choix, st.sampled_from(QUI)),
    st.tuples(st.just("transferer"), rangs),
)


@transaction.atomic
def dater(instant: datetime) -> None:
    """The lines just written, at this instant: their owner alone can, guard lowered."""
    with role(""):
        executer("ALTER TABLE journal_entree DISABLE TRIGGER journal_refuser")
        executer("UPDATE journal_entree SET instant = %s WHERE instant > %s", instant, FIN_DU_JEU)
        executer("ALTER TABLE journal_entree ENABLE ALWAYS TRIGGER journal_refuser")


class Machine(RuleBasedStateMachine):
    """One usager, two structures, and two hands in each."""

    def __init__(self) -> None:
        super().__init__()
        self.temps = time_machine.travel(NAISSANCE, tick=False)
        self.horloge = self.temps.start()
        self.usager, self.structures = UsagerFactory(), StructureFactory.create_batch(2)
        self.appareils = {
            (structure.pk, main): AppareilTotpFactory(
                user=AppartenanceFactory(structure=structure).aidant
            )
            for structure in self.structures
            for main in (0, 1)
        }
        self.signes = 0

    def teardown(self) -> None:
        self.temps.stop()

    # --- The acts, each made ready by one hand, then done in its own transaction ---

    def preparer(self, geste: tuple[Any, ...], main: int) -> Acte:
        verbe, *valeurs = geste
        acte: Acte = getattr(self, verbe)(main, *valeurs)
        return acte

    def signer(self, main: int, demarches: list[str], duree: int, **autres: Any) -> Acte:
        structure = autres.pop("structure", self.structures[0])
        appareil = self.appareils[structure.pk, main]
        projet = ProjetFactory(
            aidant=appareil.user, structure=structure, usager=self.usager, demarches=demarches,
            duree=duree, **autres,
        )  # fmt: skip
        code = code_de(appareil)
        return lambda: signature.signer(projet.pk, par=appareil.user, signature=ECRITE, code=code)

    def renouveler(self, main: int, rang: int, demarches: list[str]) -> Acte:
        ancien = self.mandat(rang)
        if ancien is None:
            return lambda: None
        return self.signer(main, demarches, 31, structure=ancien.structure, renouvelle=ancien)

    def revoquer(self, _main: int, rang: int, demarches: list[str] | None, qui: str) -> Acte:
        mandat = self.mandat(rang)
        if mandat is None:
            return lambda: None
        genre = {"papier": "aidant", "responsable": "aidant"}.get(qui, qui)
        par = self.usager.auteur if qui == "usager" else Auteur(genre=genre, ref="x", nom="Y")
        papier: dict[str, Any] = {"motif": "formulaire", "formulaire_le": timezone.localdate()}
        comment = papier if qui == "papier" else {}
        return lambda: mandat.revoquer(par=par, demarches=demarches, **comment)

    def transferer(self, _main: int, rang: int) -> Acte:
        mandat = self.mandat(rang)
        if mandat is None:
            return lambda: None
        (vers,) = (s for s in self.structures if s.pk != mandat.structure_id)
        par = Auteur(genre="supervision", ref="x", nom="Y")
        return lambda: transferer(mandat, vers=vers, par=par, precision="p", acte=uuid4())

    def mandat(self, rang: int) -> Mandat | None:
        tous = list(Mandat.objects.pour(self.usager).avec_tout().order_by("signe_le", "pk"))
        return tous[rang % len(tous)] if tous else None

    # --- Rules ---

    @rule(geste=gestes)
    def un(self, geste: tuple[Any, ...]) -> None:
        self.apres(self.preparer(geste, 0)())

    @rule(un=gestes, autre=gestes)
    def deux_a_la_fois(self, un: tuple[Any, ...], autre: tuple[Any, ...]) -> None:
        for resultat in ensemble(self.preparer(un, 0), self.preparer(autre, 1)):
            self.apres(resultat)

    @rule(attente=st.sampled_from(ATTENTES))
    def attendre(self, attente: timedelta) -> None:
        if timezone.now() + attente < FIN_DU_JEU:
            self.horloge.shift(attente)

    @rule()
    def purger(self) -> None:
        avant = set(self.gardes().values_list("pk", flat=True))
        faite = purge.purger()
        assert faite.erreurs == []
        assert set(self.gardes().values_list("pk", flat=True)) == avant
        finis = Mandat.objects.pour(self.usager).exclude(pk__in=avant)
        assert not finis.exists()
        if not Usager.objects.filter(pk=self.usager.pk, anonymise_le=None).exists():
            self.usager = UsagerFactory()  # who comes back is another, for FranceConnect's answer

    def gardes(self) -> Any:
        """Those whose six years are not over."""
        finis = Mandat.objects.termines(il_y_a(ANNEES, timezone.now()))
        return Mandat.objects.pour(self.usager).exclude(pk__in=finis.values("pk"))

    def apres(self, resultat: Any) -> None:
        """The database dates the lines: they follow the game's clock; the next code is another."""
        self.signes += isinstance(resultat, Mandat)
        dater(timezone.now())
        self.horloge.shift(timedelta(seconds=31))

    # --- What always holds ---

    @invariant()
    def une_seule_ouverte(self) -> None:
        ouvertes = Autorisation.objects.actives().pour(self.usager)
        comptes = Counter(ouvertes.values_list("structure", "demarche"))
        assert set(comptes.values()) <= {1}

    @invariant()
    def mandats_entiers(self) -> None:
        mandats = Mandat.objects.pour(self.usager)
        assert not mandats.filter(Q(attestation=None) | Q(autorisations=None)).exists()
        siennes = Autorisation.objects.pour(self.usager)
        hors_vie = Q(revoquee_le__lt=F("debut")) | Q(revoquee_le__gt=F("fin"))
        assert not siennes.filter(hors_vie).exists()
        assert not siennes.exclude(structure=F("mandat__structure")).exists()

    @invariant()
    def journal_et_tables_s_accordent(self) -> None:
        lieux = [str(structure.pk) for structure in self.structures]
        signatures = Entree.objects.filter(action="signature", structure_ref__in=lieux)
        assert signatures.count() == self.signes
        with role(ROLE_AUDIT):
            registre = Registre(connection)
            constats = [
                c for r in rapprochement.tous() for c in rapprochement.comparer(registre, r)
            ]
        assert constats == []


@contextmanager
def _sous_le_role(_metier: str) -> Any:
    with role(ROLE_RETENTION):
        yield


@pytest.mark.django_db(transaction=True)
def test_no_sequence_of_acts_breaks_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attestation, "composer", lambda *_: b"%PDF-1.7")
    monkeypatch.setattr(purge, "sous_le_role", _sous_le_role)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXEMPLES,
            stateful_step_count=10,
            phases=[Phase.generate],  # what threads did cannot be replayed, nor shrunk
            suppress_health_check=list(HealthCheck),
        ),
    )
