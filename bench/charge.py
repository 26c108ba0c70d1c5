"""A load of exchanges over HTTP, on connections kept open, and what they cost the server."""

import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlencode

from bench.serveur import cpu

LOT = 100  # codes made at once: they live a minute, and the peer forgets beyond a thousand things
FORMULAIRE = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Cible:
    """A provider: where it listens, its processes, how it makes codes."""

    nom: str
    port: int
    pid: int
    userinfo: str
    preparer: Callable[[int], list[dict[str, str]]]
    ouvrir: str = "/oidc/token"

    def cpu(self) -> float:
        return cpu(self.pid)


def mesurer(cible: Cible, nombre: int, connexions: int) -> str:
    """Run `nombre` exchanges, by lots, on so many connections; return a line of the table."""
    murs, duree, cpu = [], 0.0, 0.0
    for _ in range(nombre // LOT):
        formulaires = cible.preparer(LOT)
        lots = [formulaires[i::connexions] for i in range(connexions)]
        avant, debut = cible.cpu(), time.perf_counter()
        with ThreadPoolExecutor(connexions) as fils:
            murs += [mur for lot in fils.map(partial(_echanger, cible), lots) for mur in lot]
        duree, cpu = duree + time.perf_counter() - debut, cpu + cible.cpu() - avant
    p95 = sorted(murs)[int(len(murs) * 0.95)]
    return (
        f"| {cible.nom} | {connexions} | {len(murs)} | {1000 * cpu / len(murs):.1f} "
        f"| {statistics.median(murs):.1f} | {p95:.1f} | {len(murs) / duree:.0f} |"
    )


def _echanger(cible: Cible, formulaires: list[dict[str, str]]) -> list[float]:
    http, murs = HTTPConnection("127.0.0.1", cible.port, timeout=20), []
    for formulaire in formulaires:
        debut = time.perf_counter()
        jetons = _lire(http, "POST", cible.ouvrir, urlencode(formulaire), FORMULAIRE)
        porteur = {"Authorization": f"Bearer {jetons['access_token']}"}
        _lire(http, "GET", cible.userinfo, None, porteur)
        murs.append(1000 * (time.perf_counter() - debut))
    http.close()
    return murs


def _lire(
    http: HTTPConnection, methode: str, chemin: str, corps: str | None, en_tetes: dict[str, str]
) -> dict[str, str]:
    http.request(methode, chemin, corps, en_tetes)
    reponse = http.getresponse()
    texte = reponse.read()
    if reponse.status != 200:
        raise RuntimeError(f"{chemin}: {reponse.status} {texte[:300]!r}")
    return dict(json.loads(texte))
