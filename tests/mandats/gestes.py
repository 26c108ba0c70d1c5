"""What aidant and usager do on the pages of a mandat, and what the journal then says."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, TypeVar

from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from aidants.models import AppareilTotp
from journal.models import Entree
from mandats import signature
from mandats.code_papier import CodePapier, lire
from mandats.models import Mandat, Projet
from mandats.signature import Signature
from tests.codes import code_de
from tests.serveurs import PATIENCE

T = TypeVar("T")
FORME = re.compile(r"(?:[2-9A-Z]{5}-){3}[2-9A-Z]")
ECRITE = Signature(lieu="Rennes", nom="Angèle Dubois")
DESSINEE = Signature(lieu="Rennes", trace=[[[100, 100], [400, 300]], [[400, 300], [800, 50]]])


def saisie(**autres: Any) -> dict[str, Any]:
    """What a right signature page posts; None removes a field."""
    base = {
        "capacite": "oui",
        "autorise": "on",
        "engage": "on",
        "donnees": "on",
        "lieu": "Rennes",
        "trace": "[[[100, 100], [400, 300]]]",
        "nom_ecrit": "",
    }
    return {nom: valeur for nom, valeur in (base | autres).items() if valeur is not None}


def poster_signature(client: Client, projet: Projet, code: str | None, **autres: Any) -> Any:
    adresse = reverse("projet_signature", args=[projet.pk])
    return client.post(adresse, saisie(code=code, **autres))


def signer(projet: Projet, *, donnee: Signature = ECRITE) -> Mandat:
    """Sign through the domain's own door, with the present code of the aidant."""
    appareil = AppareilTotp.objects.get(user=projet.aidant)
    resultat = signature.signer(
        projet.pk, par=projet.aidant, signature=donnee, code=code_de(appareil)
    )
    assert isinstance(resultat, Mandat), resultat
    return resultat


def actions() -> list[str]:
    """The journal's actions, in order."""
    return list(Entree.objects.order_by("id").values_list("action", flat=True))


def texte_du_pdf(octets: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(octets)).pages)


def code_du_papier(octets: bytes) -> CodePapier:
    """The code printed on the mandat's last page."""
    mots = texte_du_pdf(octets).split()
    return lire(next(mot for mot in mots if FORME.fullmatch(mot)))


def ensemble(*gestes: Callable[[], T]) -> list[T]:
    """Do these things at once, each in a thread with a connection of its own."""
    depart = threading.Barrier(len(gestes))

    def faire(geste: Callable[[], T]) -> T:
        try:
            depart.wait(timeout=PATIENCE)
            return geste()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gestes)) as fils:
        return list(fils.map(faire, gestes))


def presenter_code(client: Client, code: CodePapier | str) -> Any:
    return client.post(reverse("mon_mandat"), {"code": str(code)})


def presenter_naissance(client: Client, jour: str, mois: str, annee: str) -> Any:
    donnees = {"jour": jour, "mois": mois, "annee": annee}
    return client.post(reverse("mon_mandat_naissance"), donnees)


def ouvrir(client: Client, code: CodePapier, naissance: tuple[str, str, str]) -> Any:
    presenter_code(client, code)
    return presenter_naissance(client, *naissance)
