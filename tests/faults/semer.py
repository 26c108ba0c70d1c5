"""What the fault tests act upon: aidants with an open session, mandats, drafts, a site.

Run as a program on the database of the environment; says in JSON what it made.
"""

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.db import transaction  # noqa: E402 - after setup
from django.test import Client  # noqa: E402 - after setup
from django.utils import timezone  # noqa: E402 - after setup

from mandats import code_papier, durees  # noqa: E402 - after setup
from mandats.models import Attestation, Autorisation, Mandat  # noqa: E402 - after setup
from tests.clients_http import ouvrir_session  # noqa: E402 - after setup
from tests.factories import (  # noqa: E402 - after setup
    AppareilTotpFactory,
    AppartenanceFactory,
    FournisseurServiceFactory,
    ProjetFactory,
    StructureFactory,
    UsagerFactory,
)
from usagers.models import Usager  # noqa: E402 - after setup

MANDAT = {"duree": 182, "lieu": "Rennes", "signature_nom": "Angèle Dubois", "secret_code": "x"}


def semer(aidants: int, mandats: int, projets: int) -> dict[str, Any]:
    structure = StructureFactory(courriel="")
    postes = [AppartenanceFactory(structure=structure).aidant for _ in range(aidants)]
    fs = FournisseurServiceFactory(client_id="fs-des-pannes")
    secret = fs.poser_secret()
    fs.save()
    return {
        "aidants": [_poste(aidant) for aidant in postes],
        "mandats": _mandats(structure, postes[0], mandats),
        "projets": [_projet(structure, postes[n % aidants]) for n in range(projets)],
        "client_id": fs.client_id,
        "secret": secret,
    }


def _poste(aidant: Any) -> dict[str, str]:
    appareil, client = AppareilTotpFactory(user=aidant), Client()
    ouvrir_session(client, aidant)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"pk": str(aidant.pk), "session": cookie, "totp": appareil.cle.hex()}


def _projet(structure: Any, aidant: Any) -> dict[str, str]:
    usager = UsagerFactory()
    projet = ProjetFactory(
        structure=structure, aidant=aidant, demarches=["logement", "social"], usager=usager,
        identifie_le=timezone.now(),
    )  # fmt: skip
    return {"pk": str(projet.pk), "aidant": str(aidant.pk), "courriel": usager.courriel}


def _mandats(structure: Any, aidant: Any, nombre: int) -> list[dict[str, str]]:
    """Many at once: each has its usager, and two démarches."""
    marque = f"{time.time_ns():x}"
    usagers = UsagerFactory.build_batch(nombre)
    for rang, usager in enumerate(usagers):
        usager.sub_hache, usager.courriel = f"{marque}-{rang}", f"u{marque}-{rang}@example.org"
    Usager.objects.bulk_create(usagers)
    localisateurs = {code_papier.tirer().localisateur for _ in range(2 * nombre)}
    maintenant = timezone.now()
    mandats = [
        Mandat(
            usager=usager, structure=structure, aidant=aidant, signe_le=maintenant,
            fin=durees.fin(maintenant, 182), localisateur=localisateurs.pop(),
            **MANDAT,
        )
        for usager in usagers
    ]  # fmt: skip
    lignes = [Autorisation.du_mandat(m, d) for m in mandats for d in ("logement", "social")]
    document = {"octets_chiffres": b"", "sha256": "0" * 64, "modele": "", "creee_le": maintenant}
    with transaction.atomic():  # a mandat is whole, or is not
        Mandat.objects.bulk_create(mandats)
        Attestation.objects.bulk_create([Attestation(mandat=m, **document) for m in mandats])
        Autorisation.objects.bulk_create(lignes)
    return [
        {
            "pk": str(logement.mandat_id),
            "logement": str(logement.pk),
            "courriel": logement.mandat.usager.courriel,
        }
        for logement in lignes[::2]
    ]


if __name__ == "__main__":
    json.dump(semer(*map(int, sys.argv[1:])), sys.stdout)
