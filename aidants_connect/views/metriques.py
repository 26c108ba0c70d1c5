"""What a monitor collects, for who holds the token (`aidants_connect/metriques.py`)."""

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from aidants.acces import sans_session
from aidants_connect.metriques import relever


@sans_session  # under whatever name a monitor asks a node by
@require_safe
def metriques(request: HttpRequest) -> HttpResponse:
    """Prometheus's text format; 404 to who has not the token, as to who asks for nothing."""
    if not _est_permis(request.headers.get("Authorization", "")):
        raise Http404
    try:
        return HttpResponse(relever(), content_type=CONTENT_TYPE_LATEST)
    except OperationalError:
        return HttpResponse(
            "base de données injoignable", content_type="text/plain; charset=utf-8", status=503
        )


def _est_permis(porteur: str) -> bool:
    attendu = settings.METRIQUES_JETON
    return bool(attendu) and constant_time_compare(porteur, f"Bearer {attendu}")
