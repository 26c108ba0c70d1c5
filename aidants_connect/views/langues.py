"""The explaining pages in other languages, and the list of them."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aidants_connect.langues import LANGUES
from aidants_connect.models import Traduction, VideoSignes
from aidants_connect.pages_traduites import PAR_NOM, PAR_ROUTE


@login_not_required
@require_safe
def langues(request: HttpRequest) -> HttpResponse:
    videos = dict(VideoSignes.objects.exclude(adresse="").values_list("page", "adresse"))
    contexte = {
        "pages": [(p, videos.get(p.route, "")) for p in PAR_ROUTE.values()],
        "choix": [(lue, PAR_ROUTE["accueil"].adresse(lue)) for lue in LANGUES.values()],
        "signes": bool(videos),
    }
    return render(request, "aidants_connect/langues.html", contexte)


@login_not_required
@require_safe
def page_en_signes(request: HttpRequest, page: str) -> HttpResponse:
    """To a page's video; to where videos are listed while there is none.

    A page of its own, so that the explaining ones ask the database nothing.
    """
    if page not in PAR_NOM:
        raise Http404
    video = VideoSignes.objects.exclude(adresse="").filter(page=PAR_NOM[page].route).first()
    return redirect(video.adresse if video else reverse("langues") + "#signes")


@login_not_required
@require_safe
def page_traduite(request: HttpRequest, langue: str, page: str) -> HttpResponse:
    """The French page's own template, its blocks read in another language."""
    traduite, lue = PAR_NOM.get(page), LANGUES.get(langue)
    if traduite is None or lue is None:
        raise Http404
    contexte = {**traduite.contexte(), "traductions": Traduction.objects.lecture(lue)}
    return render(request, traduite.gabarit, contexte)
