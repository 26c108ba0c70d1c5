"""The languages of the explaining pages and of the reading aid. Pure data."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Langue:
    """`code` is a BCP 47 tag; `nom`, how the language calls itself."""

    code: str
    nom: str
    en_francais: str
    sens: str = "ltr"


_TOUTES = (
    Langue(code="en", nom="English", en_francais="anglais"),
    Langue(code="ar", nom="العربية", en_francais="arabe", sens="rtl"),
    Langue(code="uk", nom="Українська", en_francais="ukrainien"),
    Langue(code="fa-AF", nom="دری", en_francais="dari", sens="rtl"),
    Langue(code="ps", nom="پښتو", en_francais="pachto", sens="rtl"),
    Langue(code="tr", nom="Türkçe", en_francais="turc"),
    Langue(code="pt", nom="Português", en_francais="portugais"),
    Langue(code="es", nom="Español", en_francais="espagnol"),
    Langue(code="ru", nom="Русский", en_francais="russe"),
)

LANGUES: Final[dict[str, Langue]] = {langue.code: langue for langue in _TOUTES}
CHOIX: Final = [(langue.code, langue.en_francais) for langue in _TOUTES]
