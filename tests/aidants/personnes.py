"""A structure with its people, a neighbour, and who looks at them in the admin."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, Structure
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    AppareilTotpFactory,
    AppartenanceFactory,
    StructureFactory,
)


@dataclass
class Maison:
    """Two managers, an aidant; next door, a structure with its own manager."""

    structure: Structure
    responsable: Aidant
    autre_responsable: Aidant
    aidant: Aidant
    voisine: Structure
    voisin: Aidant
    supervision: Aidant


def maison() -> Maison:
    ici, voisine = StructureFactory(nom="Maison d’ici"), StructureFactory(nom="Maison voisine")
    aidant = AppartenanceFactory(structure=ici).aidant
    AppareilTotpFactory(user=aidant)
    return Maison(
        structure=ici,
        responsable=AppartenanceFactory(structure=ici, responsable=True).aidant,
        autre_responsable=AppartenanceFactory(structure=ici, responsable=True).aidant,
        aidant=aidant,
        voisine=voisine,
        voisin=AppartenanceFactory(structure=voisine, responsable=True).aidant,
        supervision=AidantFactory(supervision=True),
    )


def client_de(compte: Aidant) -> Client:
    client = Client()
    ouvrir_session(client, compte)
    return client


def page(nom: str, *args: Any) -> str:
    return reverse(f"admin:aidants_{nom}", args=args)


def faire(client: Client, objet: Any, acte: str, /, **champs: Any) -> Any:
    """Post the form of an act; its reason and its id are given unless told."""
    nom = f"{objet._meta.model_name}_{acte.replace('-', '_')}"
    donnees = {"acte": str(uuid4()), "precision": "Une bonne raison", **champs}
    return client.post(page(nom, objet.pk), donnees)
