"""The page of a form that came without its proof of origin; other errors are templates alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing was done; most often the page stayed open longer than its session."""
    return render(request, "403_csrf.html", status=403)
