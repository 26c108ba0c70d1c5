"""The usager identified by FranceConnect for a draft: bound to the aidant's session and to it."""

import uuid

from django.db import transaction

from aidants.acces import RequeteConnectee, est_verifie
from aidants.connexion import est_presente
from journal.actes import acte_de
from journal.actions import IDENTIFICATION
from journal.models import Auteur, Entree
from mandats.models import Autorisation, Projet
from mandats.models.projets import Refus
from usagers.franceconnect import Identification, IdentificationImpossible, Motif
from usagers.models import Usager

PROJET = "projet"
CONSULTATION = "consultation"
SANS_USAGER = Refus.SANS_USAGER


@transaction.atomic
def identifier_pour_projet(request: RequeteConnectee, retour: Identification) -> Projet:
    """Attach the identity to the draft that asked for it, once and for all.

    Raises `IdentificationImpossible` when this browser's account is not the draft's own, or is at
    rest; when the draft cannot be signed any more; when somebody else has identified for it:
    what is read on the recap is what is signed.
    """
    if not (est_verifie(request) and est_presente(request)):
        raise IdentificationImpossible(Motif.SESSION, retour.objet, PROJET)
    projet = Projet.objects.de(request.user).verrouiller(uuid.UUID(retour.objet))
    if projet is None or projet.mandat_id or projet.motif_de_refus() not in (None, SANS_USAGER):
        raise IdentificationImpossible(Motif.INCONNU)
    usager = Usager.objects.identifier(retour.identite, par=request.user.auteur)
    Autorisation.objects.reclasser(usager)
    if projet.usager_id not in (None, usager.pk):
        raise IdentificationImpossible(Motif.AUTRE_PERSONNE)
    if projet.usager_id is None:
        projet.identifier(usager)
        _inscrire(projet, usager, request.user.auteur)
    return projet


def _inscrire(projet: Projet, usager: Usager, par: Auteur) -> None:
    Entree.objects.inscrire(
        IDENTIFICATION,
        acte=acte_de(projet.pk, "identification"),
        par=par,
        cadre=projet.structure.cadre,
        concerne=usager.concerne,
        details={"but": "mandat"},
    )
