"""Calling an address that a FS gave us: what answers there is somebody else's server.

https, a public address, the one that was resolved and no other, no redirect, so many bytes and so
many seconds for the whole of it, and not for each of its bytes.
"""

import ipaddress
import socket
import time
from contextlib import suppress
from threading import Timer
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import httpx2
from django.conf import settings

_IPV6_PUBLIQUES: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class AppelImpossible(Exception):
    """Why, in a sentence for the supervision."""


def lire(adresse: str, *, delai: float, taille_max: int) -> bytes:
    """What this address answers to a GET."""
    return _appeler("GET", adresse, delai=delai, taille_max=taille_max)[1]


def poster(adresse: str, donnees: dict[str, str], *, delai: float) -> int:
    """Post a form; return the status. What else is answered is not even read."""
    return _appeler("POST", adresse, delai=delai, taille_max=0, donnees=donnees)[0]


def _appeler(
    methode: str, adresse: str, *, delai: float, taille_max: int, **corps: Any
) -> tuple[int, bytes]:
    limite = time.monotonic() + delai
    try:
        parties = urlsplit(adresse)
        with _Garde(limite) as garde:
            return _echanger(methode, parties, garde, delai, taille_max, corps.get("donnees"))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as erreur:
        raise AppelImpossible("Le site ne répond pas.") from erreur


class _Garde:
    """Cuts the connection when the time is over: a byte from time to time does not extend it."""

    def __init__(self, limite: float) -> None:
        self.limite = limite
        self._prise: socket.socket | None = None
        self._minuterie: Timer | None = None

    def __enter__(self) -> "_Garde":
        return self

    def __call__(self, evenement: str, informations: dict[str, Any]) -> None:
        """What the transport says of its progress."""
        if evenement == "connection.connect_tcp.complete":
            self._prise = informations["return_value"].get_extra_info("socket").dup()
            self._minuterie = Timer(max(self.limite - time.monotonic(), 0), self._couper)
            self._minuterie.daemon = True
            self._minuterie.start()

    def _couper(self) -> None:
        with suppress(OSError):
            if self._prise:
                self._prise.shutdown(socket.SHUT_RDWR)

    def __exit__(self, *_: object) -> None:
        if self._minuterie and self._prise:
            self._minuterie.cancel()
            self._minuterie.join()
            self._prise.close()


def _echanger(
    methode: str,
    parties: SplitResult,
    garde: _Garde,
    delai: float,
    taille_max: int,
    donnees: dict[str, str] | None,
) -> tuple[int, bytes]:
    cible = httpx2.URL(parties.geturl()).copy_with(host=_adresse_permise(parties))
    en_tetes = {"Host": parties.netloc, "Accept": "application/json", "Accept-Encoding": "identity"}
    extensions = {"sni_hostname": parties.hostname, "trace": garde}
    with (
        httpx2.Client(timeout=delai, trust_env=False, follow_redirects=False) as client,
        client.stream(
            methode, cible, headers=en_tetes, data=donnees, extensions=extensions
        ) as reponse,
    ):
        lu = b""
        if not taille_max:
            return reponse.status_code, lu
        if reponse.status_code != httpx2.codes.OK:
            raise AppelImpossible(f"Le site répond {reponse.status_code}.")
        for bloc in reponse.iter_raw():
            lu += bloc
            if len(lu) > taille_max:
                raise AppelImpossible("La réponse est trop longue.")
        return reponse.status_code, lu


def _adresse_permise(parties: SplitResult) -> str:
    """An address of this name, when all of them are public (or, in a demo, this machine)."""
    if parties.scheme != "https" and settings.EN_PRODUCTION:
        raise AppelImpossible("L’adresse doit être en https.")
    port = parties.port or (443 if parties.scheme == "https" else 80)
    trouvees = socket.getaddrinfo(parties.hostname, port, type=socket.SOCK_STREAM)
    ips = [ipaddress.ip_address(str(trouvee[4][0])) for trouvee in trouvees]
    ici = not settings.EN_PRODUCTION
    if not all(est_publique(ip) or (ici and ip.is_loopback) for ip in ips):
        raise AppelImpossible("Le nom du site mène à une adresse privée.")
    return str(ips[0])


def est_publique(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Of one machine on the Internet: `is_global` also says so of groups, and of addresses that
    hold a private one (NAT64, 6to4, IPv4-compatible)."""
    if ip.version == 4:
        return ip.is_global and not (ip.is_multicast or ip.is_reserved)
    if ip in _NAT64:
        return est_publique(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip in _IPV6_PUBLIQUES and ip.is_global and ip.sixtofour is None
