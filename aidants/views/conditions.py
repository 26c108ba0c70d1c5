"""The terms of use: read and accepted once for each version, before anything opens."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aidants import conditions as texte
from aidants import suite
from aidants.acces import RequeteConnectee, avant_les_conditions
from aidants.forms.conditions import ConditionsForm


@require_http_methods(["GET", "POST"])
@avant_les_conditions
def conditions(request: RequeteConnectee) -> HttpResponse:
    if request.user.codes_secours_le is None:
        return suite.vers("codes_secours_premiers", request)
    contexte = {"gabarit": texte.GABARIT, "espace": suite.espace(request.user)}
    if request.user.conditions_acceptees:
        return render(request, "aidants/conditions_acceptees.html", contexte)
    form = ConditionsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        request.user.accepter_conditions()
        return redirect(suite.finale(request, request.user))
    return render(request, "aidants/conditions.html", contexte | {"form": form})
