"""The outbox: what the product's file e-mail backend and SMS provider wrote, read back."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

# Django's backend ends each message with a line of 79 dashes.
_SEPARATOR = re.compile(rb"^-{79}\r?\n", re.MULTILINE)


@dataclass(frozen=True)
class Courriel:
    """One message; `numero` counts from the oldest, so that it keeps its address."""

    numero: int
    objet: str
    destinataires: str
    date: datetime | None
    texte: str
    html: str


@dataclass(frozen=True)
class Sms:
    """One SMS that the product handed to its file provider."""

    numero: str
    texte: str
    date: datetime


def read_sms(folder: Path) -> list[Sms]:
    """Return the SMS of the folder's files, newest first."""
    contents = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    messages = [Sms(c["numero"], c["texte"], datetime.fromisoformat(c["date"])) for c in contents]
    return sorted(messages, key=lambda sms: sms.date, reverse=True)


def read(folder: Path) -> list[Courriel]:
    """Return the messages of the folder's log files, newest first."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.name)
    parts = [part for path in files for part in _SEPARATOR.split(path.read_bytes())]
    messages = [message_from_bytes(part, policy=policy.default) for part in parts if part.strip()]
    messages.sort(key=_timestamp)
    return [_courriel(number, message) for number, message in enumerate(messages, 1)][::-1]


def _courriel(numero: int, message: EmailMessage) -> Courriel:
    return Courriel(
        numero=numero,
        objet=str(message["Subject"] or "(sans objet)"),
        destinataires=str(message["To"] or ""),
        date=_date(message),
        texte=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: Literal["plain", "html"]) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body else ""


def _date(message: EmailMessage) -> datetime | None:
    try:
        date = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
    # "-0000", which Django writes, means UTC and reads as a naive date (RFC 5322 section 3.3).
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _timestamp(message: EmailMessage) -> float:
    date = _date(message)
    return date.timestamp() if date else 0.0
