"""The structure for which an aidant of several structures works now."""

import uuid

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from aidants.acces import RequeteAidant, aidant_requis
from aidants.connexion import STRUCTURE
from aidants.models import Structure
from journal.actions_comptes import CHANGEMENT_STRUCTURE
from journal.models import Entree


@require_POST
@aidant_requis
def changer_structure(request: RequeteAidant) -> HttpResponse:
    choix = request.POST.get("structure")
    for structure in request.structures:
        if str(structure.pk) == choix:
            _travailler_pour(request, structure)
            return redirect("espace")
    raise Http404


@transaction.atomic
def _travailler_pour(request: RequeteAidant, structure: Structure) -> None:
    request.session[STRUCTURE] = str(structure.pk)
    Entree.objects.inscrire(
        CHANGEMENT_STRUCTURE, acte=uuid.uuid4(), par=request.user.auteur, cadre=structure.cadre
    )
