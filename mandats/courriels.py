"""The notices' texts and their sending, each once; the outbox row comes with the act."""

import uuid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from aidants import courriels
from aidants.demarches import titres
from journal.actes import acte_de
from journal.actions import AVIS_ENVOYE
from journal.actions_usagers import AVIS_SMS_ENVOYE
from journal.models import PLATEFORME, Entree
from mandats.models import Avis
from usagers import sms
from usagers.models import Canal


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
    avis.marquer_envoye()
    _inscrire(avis)
    _remettre(avis)  # last: no statement that fails after it would send it a second time
    return True


def _remettre(avis: Avis) -> None:
    if avis.canal == Canal.SMS:
        sms.envoyer(avis.adresse, texte_sms(avis), cle=str(avis.pk))
    else:
        composer(avis).send()


def composer(avis: Avis) -> EmailMultiAlternatives:
    """The mail of a notice: three sentences, one button at most, no tracking."""
    gabarit = f"mandats/courriels/{avis.genre}_{avis.destinataire}.txt"
    return courriels.composer(gabarit, _contexte(avis), avis.adresse)


def texte_sms(avis: Avis) -> str:
    """The same in one or two sentences, for the usager."""
    return str(render_to_string(f"mandats/sms/{avis.genre}.txt", _contexte(avis))).strip()


def _contexte(avis: Avis) -> dict[str, Any]:
    mandat = avis.mandat
    return {
        "mandat": mandat,
        "avis": avis,
        "titres": titres(avis.demarches or mandat.demarches_ouvertes),
        "adresse_mon_mandat": settings.SITE_URL + reverse("mon_mandat"),
        "adresse_mandat": settings.SITE_URL + reverse("mandat", args=[mandat.pk]),
        "adresse_nouveau_mandat": _nouveau_mandat(avis),
        "contestation": _contestation(avis),
    }


def _nouveau_mandat(avis: Avis) -> str:
    """Where an aidant starts the same démarches again."""
    choix = ",".join(avis.demarches or avis.mandat.demarches_ouvertes)
    return f"{settings.SITE_URL}{reverse('projet_nouveau')}?demarches={choix}"


def _contestation(avis: Avis) -> str:
    """The address that says « ce n’était pas moi »; empty when nobody did anything."""
    if not avis.est_contestable:
        return ""
    return f"{settings.SITE_URL}{reverse('pas_moi', args=[avis.pk, avis.jeton])}"


def _inscrire(avis: Avis) -> None:
    Entree.objects.inscrire(
        AVIS_SMS_ENVOYE if avis.canal == Canal.SMS else AVIS_ENVOYE,
        acte=acte_de(avis.pk, "envoi"),
        par=PLATEFORME,
        cadre=avis.mandat.structure.cadre,
        concerne=avis.mandat.concerne,
        details={"genre": avis.genre, "destinataire": avis.destinataire},
    )
