"""An invitation taken up: a password for a new account, a yes for one that exists.

Mail scanners open links: nothing changes before a button is pressed.
"""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from aidants import connexion as actes
from aidants import suite
from aidants.acces import RequeteConnectee, est_verifie
from aidants.forms.invitation import ChoixMotDePasseForm
from aidants.models import Invitation
from aidants.models.invitations import Refus


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("mot_de_passe", "confirmation")
def invitation(request: HttpRequest, *, pk: uuid.UUID, jeton: str) -> HttpResponse:
    recue = _trouver(pk, jeton)
    if recue is None or recue.motif_de_refus():
        return _refuser(request, recue)
    if recue.compte_existant:
        return _proposer(request, recue)
    donnees = request.POST if request.method == "POST" else None
    form = ChoixMotDePasseForm(donnees, titulaire=recue.titulaire)
    if form.is_valid():
        return _creer(request, recue, form.cleaned_data["mot_de_passe"])
    return render(request, "aidants/invitation.html", {"form": form, "invitation": recue})


@require_POST
def invitation_rejoindre(request: RequeteConnectee, *, pk: uuid.UUID, jeton: str) -> HttpResponse:
    recue = _trouver(pk, jeton)
    if recue is None or not recue.rejoindre(request.user):
        return redirect("invitation", pk, jeton)  # which says why
    request.session.cycle_key()  # a rise of rights
    messages.success(request, f"Vous avez rejoint {recue.hote}.")
    return redirect(suite.espace(request.user))


def _trouver(pk: uuid.UUID, jeton: str) -> Invitation | None:
    trouvee = Invitation.objects.select_related("structure", "aidant").filter(pk=pk).first()
    return trouvee if trouvee and trouvee.est_ouvert_par(jeton) else None


def _creer(request: HttpRequest, recue: Invitation, mot_de_passe: str) -> HttpResponse:
    aidant = recue.creer_compte(mot_de_passe)
    if aidant is None:  # the same form, sent twice: the first made the account
        return redirect(request.path)
    actes.retenir_mot_de_passe(request, aidant)
    return redirect("enrolement")


def _proposer(request: HttpRequest, recue: Invitation) -> HttpResponse:
    """To the account of the invited address, once it is logged in."""
    contexte = {
        "invitation": recue,
        "connecte": est_verifie(request),
        "autre_compte": est_verifie(request) and request.user != recue.compte_existant,
        "adresse_connexion": suite.adresse("connexion", request.path),
    }
    return render(request, "aidants/invitation_rejoindre.html", contexte)


def _refuser(request: HttpRequest, recue: Invitation | None) -> HttpResponse:
    """Say why the link opens nothing; lead on who has just used it in this browser."""
    refus = recue.motif_de_refus() if recue else None
    attendu = actes.en_attente_de_code(request, delai=actes.DELAI_ENROLEMENT)
    if recue and refus is Refus.SERVIE and attendu and attendu == recue.aidant:
        return redirect("enrolement")
    contexte = {"invitation": recue, "refus": refus, "adresse_connexion": reverse("connexion")}
    return render(request, "aidants/invitation_refus.html", contexte, status=410 if recue else 404)
