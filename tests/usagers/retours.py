"""The addresses by which FranceConnect sends the browser back, and what the product answers."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from journal.models import Entree
from mandats.models import Projet
from usagers.models import Usager


def requete_de(adresse: str) -> dict[str, str]:
    return {nom: valeurs[0] for nom, valeurs in parse_qs(urlsplit(adresse).query).items()}


def avec(adresse: str, **autres: str | None) -> str:
    """The same address with other parameters; None removes one."""
    parametres: dict[str, str | None] = {**requete_de(adresse), **autres}
    gardes = {nom: valeur for nom, valeur in parametres.items() if valeur is not None}
    return urlunsplit(urlsplit(adresse)._replace(query=urlencode(gardes)))


def verifier_refus(reponse: Any, motif: str, statut: int = 400) -> None:
    assert (reponse.status_code, reponse.context["motif"]) == (statut, motif)


def personne_n_est_identifie(projet: Projet) -> bool:
    projet.refresh_from_db()
    return projet.usager is None and not Usager.objects.exists() and not Entree.objects.exists()
