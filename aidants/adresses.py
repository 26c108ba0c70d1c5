"""The client's address, read in one place: limits depend on it."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def adresse_client(request: HttpRequest) -> str:
    """Return the address seen by the outermost of our own proxies (`NOMBRE_PROXYS`).

    What a browser writes itself in X-Forwarded-For stands further left and is never read.
    """
    return _reseau(_adresse(request))


def _reseau(adresse: str) -> str:
    """A whole /64 for IPv6: one subscriber has as many addresses as they like."""
    try:
        lue = ip_address(adresse)
    except ValueError:
        return adresse
    if lue.version == 4:
        return adresse
    # An IPv4 address in a socket of IPv6 (RFC 4291, 2.5.5.2): its /64 would be everybody's.
    return str(lue.ipv4_mapped or ip_network((lue, 64), strict=False))


def _adresse(request: HttpRequest) -> str:
    directe: str = request.META.get("REMOTE_ADDR", "")
    relais = [partie.strip() for partie in request.headers.get("X-Forwarded-For", "").split(",")]
    if not settings.NOMBRE_PROXYS or len(relais) < settings.NOMBRE_PROXYS:
        return directe
    return relais[-settings.NOMBRE_PROXYS] or directe
