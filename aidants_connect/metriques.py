"""What a monitor watches, in Prometheus's text format: requests, and what waits.

The requests are counted by each web process; under gunicorn they all write into one folder
(`PROMETHEUS_MULTIPROC_DIR`, made by `deploiement/gunicorn.py`), a file for each place among the
workers rather than for each process: a worker that follows another goes on with its counts, and
the files stay as few as the workers. What waits is read from the database when it is asked for.

A label never holds a path, a name or an address: the view's name and the status alone.
"""

import os
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from aidants import temoins
from aidants.models import Courrier
from aidants.models.envois import EnvoiQuerySet
from fournisseur_identite.models import AvisDeFin
from journal import etat
from mandats.models import Avis
from usagers.models import MessageUsager

PLACE = "AC_PLACE"  # of this worker among gunicorn's, which sets it
PARTAGE = "PROMETHEUS_MULTIPROC_DIR" in os.environ
SECONDES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
ENVOIS: dict[str, Callable[[], EnvoiQuerySet[Any]]] = {
    "avis": Avis.objects.a_envoyer,
    "courrier": Courrier.objects.a_envoyer,
    "message": MessageUsager.objects.a_envoyer,
    "fin": AvisDeFin.objects.a_envoyer,
}
ALARMES = tuple(etat.ALARMES)

if PARTAGE:
    values.ValueClass = values.MultiProcessValue(  # type: ignore[no-untyped-call]
        lambda: os.environ.get(PLACE, "0")
    )

REGISTRE = CollectorRegistry()
DUREES = Histogram(
    "aidants_connect_requete_secondes",
    "Time to answer a request, by view and status.",
    ("methode", "vue", "statut"),
    buckets=SECONDES,
    registry=None if PARTAGE else REGISTRE,
)
METHODES = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


def mesurer(suite: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Time each answer of a view; nothing is asked of who asks."""

    def middleware(request: HttpRequest) -> HttpResponse:
        debut = perf_counter()
        reponse = suite(request)
        trouvee = request.resolver_match
        methode = request.method if request.method in METHODES else "autre"
        vue = trouvee.view_name if trouvee else "aucune"
        DUREES.labels(methode, vue, reponse.status_code).observe(perf_counter() - debut)
        return reponse

    return middleware


class CeQuiAttend(Collector):
    """The journal's state and the outboxes, as the database has them at this instant."""

    def collect(self) -> Iterator[Metric]:
        yield from _journal()
        yield from _envois()


def _journal() -> Iterator[Metric]:
    vu = etat.lire()
    retard = vu.retard.total_seconds()
    yield GaugeMetricFamily(
        "aidants_connect_journal_retard_secondes",
        "Age of the oldest line of the journal that waits for its seal.",
        value=retard,
    )
    alarmes = GaugeMetricFamily(
        "aidants_connect_journal_alarme", "1 when this is wrong with the journal.", labels=["quoi"]
    )
    presentes = temoins.alarmes(vu)
    for quoi in ALARMES:
        alarmes.add_metric([quoi], quoi in presentes)
    yield alarmes


def _envois() -> Iterator[Metric]:
    nombres = GaugeMetricFamily(
        "aidants_connect_envois_en_attente", "Notices not yet sent.", labels=["genre"]
    )
    ages = GaugeMetricFamily(
        "aidants_connect_envoi_age_secondes", "Age of the oldest notice not sent.", labels=["genre"]
    )
    maintenant = timezone.now()
    for genre, a_envoyer in ENVOIS.items():
        attente = a_envoyer().aggregate(nombre=Count("pk"), depuis=Min("cree_le"))
        depuis = attente["depuis"]
        nombres.add_metric([genre], attente["nombre"])
        ages.add_metric([genre], (maintenant - depuis).total_seconds() if depuis else 0)
    yield from (nombres, ages)


REGISTRE.register(CeQuiAttend())
if PARTAGE:
    MultiProcessCollector(REGISTRE)  # type: ignore[no-untyped-call]


def relever() -> bytes:
    """All of it, as text.

    Raises:
        OperationalError: the database does not answer.
    """
    return generate_latest(REGISTRE)
