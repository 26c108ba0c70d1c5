"""Sending what is written to usagers: each message once, after the commit; a sweep for the rest."""

import uuid

from celery import shared_task
from django.db import transaction
from django.template.loader import render_to_string

from aidants import courriels
from usagers import sms
from usagers.models.messages import Canal, GenreMessage, MessageUsager

LOT = 100


def enfiler(message_id: uuid.UUID) -> None:
    """Enqueue after the commit; a failure is logged, and left to the sweep."""

    def au_commit() -> None:  # a named function: Django's log of a failure asks its name
        envoyer_message.delay(str(message_id))

    transaction.on_commit(au_commit, robust=True)


@shared_task
def envoyer_message(message_id: str) -> None:
    envoyer(uuid.UUID(message_id))


@transaction.atomic
def envoyer(message_id: uuid.UUID) -> bool:
    """Send a message unless it was sent; return whether this call did it.

    The row stays locked while it leaves: two workers never send it twice. A code that has lived
    its ten minutes in the queue is not sent.
    """
    messages = MessageUsager.objects.a_envoyer().select_related("usager")
    ligne = messages.select_for_update(of=("self",), skip_locked=True).filter(pk=message_id).first()
    if ligne is None:
        return False
    ligne.marquer_envoye()
    if ligne.adresse and not ligne.est_expire:
        _remettre(ligne)  # last: no statement that fails after it would send it a second time
    return True


def _remettre(message: MessageUsager) -> None:
    code = "" if message.genre == GenreMessage.CHANGEMENT else message.tirer_code()
    contexte = {"code": code, "usager": message.usager, "canal": message.canal}
    if message.canal == Canal.SMS:
        texte = render_to_string(f"usagers/sms/{message.genre}.txt", contexte).strip()
        sms.envoyer(message.adresse, texte, cle=str(message.pk))
    else:
        gabarit = f"usagers/courriels/{message.genre}.txt"
        courriels.composer(gabarit, contexte, message.adresse).send()


@shared_task
@transaction.atomic
def envoyer_messages_en_attente() -> int:
    """Enqueue again the messages that were committed and never sent; return how many."""
    oublies = list(MessageUsager.objects.oublies().select_for_update(skip_locked=True)[:LOT])
    for message in oublies:
        message.repousser()
        enfiler(message.pk)
    return len(oublies)
