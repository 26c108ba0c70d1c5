"""The notices' texts and their sending, each once; the outbox row comes with the act."""

import uuid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from aidants.demarches import titres
from journal.actes import acte_de
from journal.actions import AVIS_ENVOYE
from journal.models import PLATEFORME, Entree
from mandats.models import Avis
from mandats.models.avis import Destinataire, Genre

OBJETS = {
    (Genre.SIGNATURE, Destinataire.USAGER): "Votre mandat avec {structure} est signé",
    (Genre.SIGNATURE, Destinataire.AIDANT): "Le mandat {reference} est signé",
    (Genre.REVOCATION, Destinataire.USAGER): "{structure} ne peut plus agir pour vous",
    (Genre.REVOCATION, Destinataire.STRUCTURE): "Le mandat {reference} a pris fin",
}


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
    composer(avis).send()
    avis.envoye_le = timezone.now()
    avis.save(update_fields=["envoye_le"])
    _inscrire(avis)
    return True


def composer(avis: Avis) -> EmailMessage:
    """The mail of a notice: plain text, three sentences, no tracking."""
    mandat = avis.mandat
    contexte = {
        "mandat": mandat,
        "avis": avis,
        "titres": titres(avis.demarches or mandat.demarches_ouvertes),
        "adresse_mon_mandat": settings.SITE_URL + reverse("mon_mandat"),
        "telephone": settings.TELEPHONE_SUPPORT,
    }
    gabarit = f"mandats/courriels/{avis.genre}_{avis.destinataire}.txt"
    objet = OBJETS[Genre(avis.genre), Destinataire(avis.destinataire)]
    noms = {"structure": mandat.structure.nom, "reference": mandat.reference}
    return EmailMessage(
        objet.format_map(noms), render_to_string(gabarit, contexte), to=[avis.adresse]
    )


def _inscrire(avis: Avis) -> None:
    Entree.objects.inscrire(
        AVIS_ENVOYE,
        acte=acte_de(avis.pk, "envoi"),
        par=PLATEFORME,
        cadre=avis.mandat.structure.cadre,
        concerne=avis.mandat.concerne,
        details={"genre": avis.genre, "destinataire": avis.destinataire},
    )
