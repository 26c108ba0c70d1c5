"""The client's address, read in one place: limits depend on it."""

from django.conf import settings
from django.http import HttpRequest


def adresse_client(request: HttpRequest) -> str:
    """Return the address seen by the outermost of our own proxies (`NOMBRE_PROXYS`).

    What a browser writes itself in X-Forwarded-For stands further left and is never read.
    """
    directe: str = request.META.get("REMOTE_ADDR", "")
    relais = [partie.strip() for partie in request.headers.get("X-Forwarded-For", "").split(",")]
    if not settings.NOMBRE_PROXYS or len(relais) < settings.NOMBRE_PROXYS:
        return directe
    return relais[-settings.NOMBRE_PROXYS] or directe
