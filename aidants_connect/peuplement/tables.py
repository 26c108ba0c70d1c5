"""The rows of the country, table by table, but for the acts."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models

from aidants import conditions
from aidants.chiffrement import chiffrer
from aidants.demarches import DEMARCHES
from aidants.models import Aidant, Appartenance, Structure
from aidants.secours import ALPHABET
from aidants_connect.peuplement.copie import Ligne
from aidants_connect.peuplement.noms import SERVICES
from aidants_connect.peuplement.pays import Contrat, Pays
from fournisseur_identite.models import FournisseurService
from mandats.models import Attestation, Autorisation, Mandat
from usagers.identite import sans_accents
from usagers.models import Usager

DOCUMENT = b"%PDF-1.7\n% a made-up mandat has no paper\n"
EMPREINTE_DOCUMENT = hashlib.sha256(DOCUMENT).hexdigest()
_IMPAIR = 0x9E3779B1  # spreads ranks over references, each once


def reference(rang: int) -> str:
    symboles = _symboles(rang * _IMPAIR, 8)
    return f"AC-{symboles[:4]}-{symboles[4:]}"


def _symboles(nombre: int, longueur: int) -> str:
    reste, symboles = nombre % len(ALPHABET) ** longueur, []
    for _ in range(longueur):
        reste, rang = divmod(reste, len(ALPHABET))
        symboles.append(ALPHABET[rang])
    return "".join(symboles)


def lignes(pays: Pays) -> Iterator[tuple[type[models.Model], Iterator[Ligne]]]:
    """Each model with its rows, in an order that the database accepts."""
    yield Structure, _structures(pays)
    yield Aidant, _aidants(pays)
    yield Appartenance, _appartenances(pays)
    yield FournisseurService, _services(pays)
    yield Usager, _usagers(pays)
    yield Mandat, _mandats(pays)
    yield Autorisation, _autorisations(pays)
    yield Attestation, _attestations(pays)


def service_id(rang: int) -> str:
    return f"peuplement-{SERVICES[rang][0]}"


def _structures(pays: Pays) -> Iterator[Ligne]:
    for rang, lieu in enumerate(pays.lieux):
        yield {
            "id": lieu.id, "nom": lieu.nom, "adresse": f"{rang % 90 + 1} rue de la Mairie",
            "code_postal": lieu.code_postal, "commune": lieu.commune, "active": True,
            "telephone": "0200000000", "courriel": f"structure-{rang}@peuplement.test",
            "demarches": list(DEMARCHES), "creee_le": pays.debut,
        }  # fmt: skip


def _aidants(pays: Pays) -> Iterator[Ligne]:
    for rang, aidant in enumerate(pays.aidants):
        yield {
            "id": aidant.id, "prenom": aidant.prenom, "nom": aidant.nom, "password": "!",
            "courriel": f"aidant-{rang}@peuplement.test", "cree_le": pays.debut,
            "last_login": pays.fin - timedelta(hours=rang % 500), "is_active": True,
            "conditions_version": conditions.VERSION, "conditions_le": pays.debut,
            "codes_secours_le": pays.debut,
        }  # fmt: skip


def _appartenances(pays: Pays) -> Iterator[Ligne]:
    for lieu in pays.lieux:
        for rang, aidant in enumerate(lieu.aidants):
            yield {
                "aidant_id": aidant.id, "structure_id": lieu.id, "est_aidant": True,
                "est_responsable": rang == 0, "debut": pays.debut,
            }  # fmt: skip


def _services(pays: Pays) -> Iterator[Ligne]:
    for rang, (_, nom, demarches) in enumerate(SERVICES):
        site = f"https://{service_id(rang)}.test"
        yield {
            "id": pays.service(rang), "client_id": service_id(rang), "nom": nom, "site": site,
            "redirect_uris": [f"{site}/retour"], "secteur": f"{service_id(rang)}.test",
            "post_logout_redirect_uris": [], "demarches": list(demarches), "cree_le": pays.debut,
        }  # fmt: skip


def _usagers(pays: Pays) -> Iterator[Ligne]:
    for rang, usager in enumerate(pays.usagers):
        yield {
            "id": usager.id, "sub_hache": hashlib.sha256(f"peuplement {rang}".encode()).hexdigest(),
            "sub_cle": "",
            "prenoms": usager.prenom, "nom": usager.nom, "sexe": ("female", "male")[rang % 2],
            "date_naissance": usager.naissance, "lieu_naissance": "35238",
            "pays_naissance": "99100", "connu_depuis": pays.debut,
        }  # fmt: skip


def _mandats(pays: Pays) -> Iterator[Ligne]:
    secret = make_password(None)  # nobody holds the papers: no code opens them
    for contrat in pays.contrats:
        yield {
            "id": contrat.id, "reference": reference(contrat.rang), "duree": contrat.duree,
            "usager_id": contrat.usager.id, "structure_id": contrat.usager.lieu.id,
            "aidant_id": contrat.aidant.id, "signe_le": contrat.signe_le, "fin": contrat.fin,
            "lieu": contrat.usager.lieu.commune, "signature_nom": contrat.usager.nom_complet,
            "localisateur": _symboles(contrat.rang * _IMPAIR, 5), "secret_code": secret,
        }  # fmt: skip


def _autorisations(pays: Pays) -> Iterator[Ligne]:
    for contrat in pays.contrats:
        fin, usager = _fin(contrat, pays), contrat.usager
        classement = sans_accents(f"{usager.nom} {usager.prenom} ")
        for perimetre in contrat.perimetres:
            yield {
                "id": perimetre.id, "mandat_id": contrat.id, "demarche": perimetre.demarche,
                "structure_id": contrat.usager.lieu.id, "usager_id": contrat.usager.id,
                "classement": classement,
                "debut": contrat.signe_le, "fin": contrat.fin, **fin,
            }  # fmt: skip


def _fin(contrat: Contrat, pays: Pays) -> dict[str, Any]:
    if contrat.revoque_le:
        return {"revoquee_le": contrat.revoque_le, "revoquee_par": "usager", "motif": ""}
    return {"echue": contrat.fin <= pays.fin}


def _attestations(pays: Pays) -> Iterator[Ligne]:
    for contrat in pays.contrats:
        lieu = f"mandats_attestation.octets_chiffres:{contrat.id}"
        yield {
            "mandat_id": contrat.id, "octets_chiffres": chiffrer(DOCUMENT, lieu=lieu),
            "sha256": EMPREINTE_DOCUMENT, "modele": "peuplement", "creee_le": contrat.signe_le,
        }  # fmt: skip
