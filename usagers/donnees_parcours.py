"""Which public data a page of the parcours shows, for the démarches of this walk."""

from collections.abc import Callable
from typing import Final

from usagers.models import DonneePublique, FournisseurIdentite, LieuFormation, SiteDemarche
from usagers.parcours.adresses import Parcours

Elements = list[DonneePublique]


def _comptes(_: Parcours) -> Elements:
    return list(FournisseurIdentite.objects.publiees())


def _sites(ici: Parcours) -> Elements:
    return list(SiteDemarche.pour(ici.demarches))


def _lieux(_: Parcours) -> Elements:
    return list(LieuFormation.objects.publiees())


_LECTURES: Final[dict[str, Callable[[Parcours], Elements]]] = {
    "noms": _comptes,
    "comptes": _comptes,
    "recuperation": _comptes,
    "sites": _sites,
    "lieux": _lieux,
}


def elements_de(ici: Parcours) -> Elements:
    """What the page of this walk lists; nothing where its node asks for nothing."""
    lecture = _LECTURES.get(ici.marche.noeud.donnees)
    return lecture(ici) if lecture else []
