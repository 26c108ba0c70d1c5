"""The notices' texts and their sending, each once; the outbox row comes with the act."""

import uuid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse

from aidants import courriels
from aidants.demarches import titres
from journal.actes import acte_de
from journal.actions import AVIS_ENVOYE
from journal.models import PLATEFORME, Entree
from mandats.models import Avis


@transaction.atomic
def envoyer(avis_id: uuid.UUID) -> bool:
    """Send a notice unless it was sent, and journal when the person was told.

    The row stays locked while the mail leaves: two workers never send it twice. Returns whether
    this call sent it.
    """
    avis = (
        Avis.objects.a_envoyer()
        .select_related("mandat__usager", "mandat__structure", "mandat__aidant")
        .select_for_update(of=("self",), skip_locked=True)
        .filter(pk=avis_id)
        .first()
    )
    if avis is None or not avis.adresse:
        return False
    message = composer(avis)
    avis.marquer_envoye()
    _inscrire(avis)
    message.send()  # last: no statement that fails after it would send it a second time
    return True


def composer(avis: Avis) -> EmailMultiAlternatives:
    """The mail of a notice: three sentences, one button at most, no tracking."""
    mandat = avis.mandat
    contexte = {
        "mandat": mandat,
        "avis": avis,
        "titres": titres(avis.demarches or mandat.demarches_ouvertes),
        "adresse_mon_mandat": settings.SITE_URL + reverse("mon_mandat"),
    }
    gabarit = f"mandats/courriels/{avis.genre}_{avis.destinataire}.txt"
    return courriels.composer(gabarit, contexte, avis.adresse)


def _inscrire(avis: Avis) -> None:
    Entree.objects.inscrire(
        AVIS_ENVOYE,
        acte=acte_de(avis.pk, "envoi"),
        par=PLATEFORME,
        cadre=avis.mandat.structure.cadre,
        concerne=avis.mandat.concerne,
        details={"genre": avis.genre, "destinataire": avis.destinataire},
    )
