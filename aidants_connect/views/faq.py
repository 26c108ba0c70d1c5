"""The questions that people ask, as the supervision answers them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aidants_connect.models import QuestionFrequente, Rubrique


@login_not_required
@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    questions = list(QuestionFrequente.objects.publiees())
    rubriques = [(r, [q for q in questions if q.rubrique == r]) for r in Rubrique]
    presentes = [(r, siennes) for r, siennes in rubriques if siennes]
    return render(request, "aidants_connect/faq.html", {"rubriques": presentes})
