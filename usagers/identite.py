"""An identity as FranceConnect gives it, checked, and how a person reads it. Pure module.

A birth date is text: `1962-00-00` and `1962-05-00` exist (people « présumés nés »). A birthplace is
an INSEE code (COG), empty for who was born abroad; France is country 99100.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

COURRIEL_MAX: Final = 254
FRANCE: Final = "99100"
SEXES: Final = {"female": "Femme", "male": "Homme", "unspecified": "Non précisé"}
NOM_MAX: Final = 256  # characters of each name, as at FranceConnect
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COG = re.compile(r"(?:2[AB]|[0-9]{2})[0-9]{3}")
_MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_LETTRES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d"})


class IdentiteInvalide(ValueError):
    """FranceConnect's answer lacks what identifies a person, or has it in another form."""


@dataclass(frozen=True, kw_only=True)
class Identite:
    """Who was identified. `sub` is FranceConnect's, pairwise for this service; never stored."""

    sub: str
    prenoms: str
    nom: str
    nom_usage: str
    sexe: str
    date_naissance: str
    lieu_naissance: str
    pays_naissance: str
    courriel: str


def depuis_claims(claims: dict[str, object]) -> Identite:
    """Read FranceConnect's userinfo; raise `IdentiteInvalide` when it does not hold together."""
    texte = {cle: valeur for cle, valeur in claims.items() if isinstance(valeur, str)}
    identite = Identite(
        sub=texte.get("sub", ""),
        prenoms=texte.get("given_name", ""),
        nom=texte.get("family_name", ""),
        nom_usage=texte.get("preferred_username", ""),
        sexe=texte.get("gender", "unspecified"),
        date_naissance=texte.get("idp_birthdate") or texte.get("birthdate", ""),
        lieu_naissance=_lieu(texte.get("birthplace", ""), texte.get("birthcountry", "")),
        pays_naissance=texte.get("birthcountry", ""),
        courriel=_courriel(texte.get("email", "")),
    )
    _verifier(identite)
    return identite


def _lieu(lieu: str, pays: str) -> str:
    """The commune; abroad there is none, and what is written in its place is no code."""
    return lieu if pays == FRANCE or _COG.fullmatch(lieu) else ""


def _courriel(valeur: str) -> str:
    """An address to which mail can be sent, or none: a wrong one stops nobody."""
    try:
        EmailValidator()(valeur)
    except ValidationError:
        return ""
    return valeur if len(valeur) <= COURRIEL_MAX else ""


def _verifier(identite: Identite) -> None:
    if not (identite.sub and identite.prenoms.strip() and identite.nom.strip()):
        raise IdentiteInvalide("sub, given_name and family_name are required")
    noms = (identite.prenoms, identite.nom, identite.nom_usage)
    if any(len(nom) > NOM_MAX or "\x00" in nom for nom in noms):
        raise IdentiteInvalide("given_name, family_name or preferred_username")
    if not est_date_naissance(identite.date_naissance):
        raise IdentiteInvalide("birthdate")
    if identite.sexe not in SEXES or not _COG.fullmatch(identite.pays_naissance):
        raise IdentiteInvalide("gender or birthcountry")
    ne_en_france = identite.pays_naissance == FRANCE
    if ne_en_france and not _COG.fullmatch(identite.lieu_naissance):
        raise IdentiteInvalide("birthplace")


def est_date_naissance(texte: str) -> bool:
    """Answer whether `texte` is a day of the calendar, YYYY-MM-00 or YYYY-00-00."""
    if not _DATE.fullmatch(texte) or ("-00-" in texte and not texte.endswith("-00")):
        return False
    try:
        date.fromisoformat(texte.replace("-00", "-01"))
    except ValueError:
        return False
    return True


def date_en_toutes_lettres(texte: str) -> str:
    """`1962-05-01` -> « 1er mai 1962 »; `1962-00-00` -> « en 1962 (jour et mois inconnus) »."""
    annee, mois, jour = texte.split("-")
    if mois == "00":
        return f"en {annee} (jour et mois inconnus)"
    nom_mois = _MOIS[int(mois) - 1]
    if jour == "00":
        return f"en {nom_mois} {annee} (jour inconnu)"
    return f"{'1er' if jour == '01' else int(jour)} {nom_mois} {annee}"


def est_majeur(naissance: str, jour: date) -> bool:
    """Answer whether who was born then is eighteen on that day; unknown parts count as the last."""
    annee, mois, quantieme = (int(partie) for partie in naissance.split("-"))
    anniversaire = (annee + 18, mois or 12, quantieme or 31)
    return anniversaire <= (jour.year, jour.month, jour.day)


def meme_naissance(connue: str, donnee: str) -> bool:
    """Answer whether the date that a person types is the one on file.

    Who was « présumé né » may type the unknown parts as blanks (`00`) or as the first of the month
    or of the year, as their papers often do.
    """

    def parties(texte: str) -> list[str]:
        return texte.split("-")

    if not (est_date_naissance(connue) and est_date_naissance(donnee)):
        return False
    return all(
        voulu == recu or (voulu == "00" and recu in ("00", "01"))
        for voulu, recu in zip(parties(connue), parties(donnee), strict=True)
    )


def sans_accents(texte: str) -> str:
    """Lower case, no diacritics nor signs, for a search: « D’Été-Müller » -> « d ete muller »."""
    decompose = unicodedata.normalize("NFKD", texte)
    lettres = "".join(c for c in decompose if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", lettres.translate(_LETTRES)).split())
