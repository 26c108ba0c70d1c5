"""On the national team's first page: the sites that let their codes expire."""

from typing import Any

from django.http import HttpRequest

from aidants.admin.roles import compte
from aidants.administration import site
from fournisseur_identite.models import Connexion

AU_PLUS = 10


def sites_en_peine(request: HttpRequest) -> dict[str, Any]:
    if not compte(request).supervision:
        return {}
    return {"sites_en_peine": list(Connexion.objects.sans_suite()[:AU_PLUS])}


site.tableaux.append(sites_en_peine)
