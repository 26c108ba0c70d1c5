"""Every address of the site, from the URL resolver."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    nom: str
    chemin: str

    @property
    def parametres(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.chemin)


def routes(motifs: list[Any], prefixe: str = "", espace: str = "") -> Iterator[Route]:
    """Every address of the site; one without a name goes by its path."""
    for motif in motifs:
        chemin = prefixe + str(motif.pattern)
        if isinstance(motif, URLResolver):
            ici = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from routes(motif.url_patterns, chemin, ici)
        else:
            yield Route(espace + motif.name if motif.name else chemin, chemin)


ROUTES = {route.nom: route for route in routes(get_resolver().url_patterns)}
