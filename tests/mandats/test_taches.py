"""Reminders of notices: what cannot be delivered blocks nothing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mandats import taches
from mandats.models import Avis
from tests.factories import MandatFactory, UsagerFactory

pytestmark = pytest.mark.django_db(transaction=True)


def _avis(adresse: str) -> Avis:
    mandat = MandatFactory(usager=UsagerFactory(courriel=adresse))
    passe = timezone.now() - timedelta(hours=1)
    valeurs = {"genre": "signature", "destinataire": "usager", "prochain_essai_le": passe}
    return Avis.objects.create(mandat=mandat, **valeurs)


def test_notices_that_cannot_be_delivered_do_not_block_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taches, "LOT", 10)
    for _ in range(taches.LOT):
        _avis("a@b.fr\nBcc: c@d.fr")
    bon = _avis("bonne@example.org")
    taches.envoyer_avis_en_attente()
    taches.envoyer_avis_en_attente()
    bon.refresh_from_db()
    assert bon.envoye_le is not None
    assert [courriel.to for courriel in mail.outbox] == [["bonne@example.org"]]


def test_each_reminder_waits_twice_as_long_then_stops() -> None:
    avis = _avis("x@example.org")
    attentes = []
    for _ in range(4):
        avis.repousser()
        attentes.append(round((avis.prochain_essai_le - timezone.now()).total_seconds() / 60))
    assert attentes == [2, 4, 8, 16]
    Avis.objects.update(essais=12, prochain_essai_le=timezone.now())
    assert not Avis.objects.oublies().exists()
