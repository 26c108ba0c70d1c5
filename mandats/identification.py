"""The usager identified by FranceConnect for a draft: bound to the aidant's session and to it."""

import uuid

from django.db import transaction

from aidants.acces import RequeteConnectee, est_verifie
from journal.actions import IDENTIFICATION
from journal.models import Entree
from mandats.models import Projet
from usagers.franceconnect import Identification, IdentificationImpossible, Motif
from usagers.models import Usager

PROJET = "projet"
CONSULTATION = "consultation"


@transaction.atomic
def identifier_pour_projet(request: RequeteConnectee, retour: Identification) -> Projet:
    """Attach the identity to the draft that asked for it.

    Raises `IdentificationImpossible` when the account in this browser is not the draft's own.
    """
    if not est_verifie(request):
        raise IdentificationImpossible(Motif.INCONNU, retour.objet, PROJET)
    projet = Projet.objects.de(request.user).ouverts().filter(pk=retour.objet).first()
    if projet is None:
        raise IdentificationImpossible(Motif.INCONNU)
    projet = Projet.objects.verrouiller(projet.pk)
    usager = Usager.objects.identifier(retour.identite)
    projet.identifier(usager)
    Entree.objects.inscrire(
        IDENTIFICATION,
        acte=uuid.uuid4(),
        par=request.user.auteur,
        cadre=projet.structure.cadre,
        concerne=usager.concerne,
        details={"but": "mandat"},
    )
    return projet
