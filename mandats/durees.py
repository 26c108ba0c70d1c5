"""How long a mandat holds, and how a person reads dates. Pure module but for the time zone."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import formats, timezone

DUREES: Final = {
    1: "1 jour",
    31: "1 mois (31 jours)",
    182: "6 mois (182 jours)",
    365: "1 an (365 jours)",
}
BIENTOT: Final = timedelta(days=30)
MEMOIRE: Final = timedelta(days=365)  # what ended longer ago is no longer listed


def fin(debut: datetime, jours: int) -> datetime:
    """Return the end, counted to the second from the signature (regles.md, section 4)."""
    if jours not in DUREES:
        raise ValueError(f"No duration of {jours} days")
    return debut + timedelta(days=jours)


def date_en_clair(instant: datetime) -> str:
    """« 14 juin 2027 », « 1er mai 2027 », in Paris time."""
    return jour_en_clair(timezone.localtime(instant).date())


def jour_en_clair(quand: date) -> str:
    """« 14 juin 2027 », « 1er mai 2027 »."""
    jour = "1er" if quand.day == 1 else str(quand.day)
    return f"{jour} {formats.date_format(quand, 'F Y')}"


def heure_en_clair(instant: datetime) -> str:
    """« 16 h 05 », held together by no-break spaces."""
    local = timezone.localtime(instant)
    return f"{local.hour}\u00a0h\u00a0{local:%M}"


def en_clair(instant: datetime) -> str:
    """« 14 juin 2027 à 16 h 05 », in Paris time."""
    return f"{date_en_clair(instant)} à {heure_en_clair(instant)}"


def dans(instant: datetime) -> str:
    """« dans 6 mois », « dans 12 jours »; under a day, « dans moins d’un jour »."""
    jours = (instant - timezone.now()).days
    if jours < 1:
        return "dans moins d’un jour"
    if jours < 60:
        return f"dans {jours} jour{'s' if jours > 1 else ''}"
    return f"dans {round(jours / 30.4)} mois"
