"""What every page needs: the site's brand and, for an aidant, the navigation of the role."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "marque_etat": settings.MARQUE_ETAT,
        "telephone_support": settings.TELEPHONE_SUPPORT,
        "structure": getattr(request, "structure", None),
        "structures": getattr(request, "structures", []),
    }
