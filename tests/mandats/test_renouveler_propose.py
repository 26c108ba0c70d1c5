"""A renewal is offered on the person's page wherever it would be accepted, and nowhere else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Structure
from mandats.models import Mandat
from tests.factories import MandatFactory

AN = timedelta(days=365)


def propose(client: Client, mandat: Mandat) -> bool:
    page = client.get(reverse("usager", args=[mandat.usager_id])).content.decode()
    assert mandat.reference in page
    return reverse("mandat_renouvellement", args=[mandat.pk]) in page


@pytest.mark.parametrize(
    ("traits", "attendu"),
    [({}, True), ({"bientot": True}, True), ({"expire": True}, True), ({"revoque": True}, False)],
)
def test_renewal_is_offered_where_it_would_be_accepted(
    client_aidant: Client, structure: Structure, traits: dict[str, Any], attendu: bool
) -> None:
    assert propose(client_aidant, MandatFactory(structure=structure, **traits)) is attendu


def test_renewal_is_not_offered_when_no_demarche_is_left_to_the_structure(
    client_aidant: Client, structure: Structure
) -> None:
    mandat = MandatFactory(structure=structure)
    Structure.objects.filter(pk=structure.pk).update(demarches=["argent"])
    assert not propose(client_aidant, mandat)


def test_list_of_all_mandats_keeps_to_one_link_a_line(
    client_aidant: Client, structure: Structure
) -> None:
    fin = timezone.now() - timedelta(days=20)
    mandat = MandatFactory(structure=structure, fin=fin, signe_le=fin - AN, duree=365)
    page = client_aidant.get(reverse("mandats")).content.decode()
    assert reverse("mandat_renouvellement", args=[mandat.pk]) not in page
