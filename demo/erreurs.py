"""Error pages of the demo world, so that those of the product are never picked up instead."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def introuvable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page."""
    return _page(request, "Page introuvable", "Cette adresse ne mène à rien.", 404)


def panne(request: HttpRequest) -> HttpResponse:
    """Say that the demo itself failed."""
    return _page(request, "Erreur du monde de démonstration", "Voyez le journal du serveur.", 500)


def formulaire_perime(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was refused for want of its CSRF token."""
    explication = "Revenez à la page précédente, rechargez-la et recommencez."
    return _page(request, "Ce formulaire n’est plus valable", explication, 403)


def _page(request: HttpRequest, titre: str, explication: str, status: int) -> HttpResponse:
    context = {"titre": titre, "explication": explication}
    return render(request, "demo/erreur.html", context, status=status)
