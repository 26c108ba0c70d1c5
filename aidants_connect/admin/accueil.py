"""On the national team's first page: what should have left or been done by now, and was not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone

from aidants.admin.roles import compte
from aidants.administration import site
from aidants.models import Courrier
from aidants.models.envois import EnvoiQuerySet
from aidants_connect.models import Purge
from fournisseur_identite.models import AvisDeFin
from mandats.models import Avis
from usagers.models import MessageUsager

NUIT = timedelta(hours=26)
BOITES: dict[str, Callable[[], EnvoiQuerySet[Any]]] = {
    "courriels aux comptes": Courrier.objects.en_retard,
    "avis sur les mandats": Avis.objects.en_retard,
    "messages aux usagers": MessageUsager.objects.en_retard,
    "fins de session à dire aux sites": AvisDeFin.objects.en_retard,
}


def taches(request: HttpRequest) -> dict[str, Any]:
    if not compte(request).supervision:
        return {}
    purge = Purge.objects.first()
    return {
        "envois_en_retard": envois_en_retard(),
        "purge": purge,
        "purge_manquee": purge is not None and purge.commencee_le < timezone.now() - NUIT,
    }


def envois_en_retard() -> list[dict[str, Any]]:
    """Of each outbox that is late, its name (`boite`) and how many wait (`nombre`)."""
    premiere, *autres = (_compter(nom, retards()) for nom, retards in BOITES.items())
    return [boite for boite in premiere.union(*autres, all=True) if boite["nombre"]]


def _compter(nom: str, retards: EnvoiQuerySet[Any]) -> QuerySet[Any, Any]:
    comptes: QuerySet[Any, Any] = retards.order_by().values(boite=Value(nom))
    nombres: QuerySet[Any, Any] = comptes.annotate(nombre=Count("pk"))
    return nombres


site.tableaux.append(taches)
