"""One way to each act of usagers about their addresses and notices: what T3 breaks everywhere."""

import uuid

from mandats import contestation, courriels, reimpression
from mandats.models import Avis
from mandats.models.avis import Genre
from tests.factories import AidantFactory, MandatFactory, UsagerFactory
from tests.faults.pannes import Geste
from usagers import contact
from usagers.models import Canal, MessageUsager, Usager
from usagers.models.messages import GenreMessage


def contact_change() -> Geste:
    usager = UsagerFactory(courriel="")
    ecrire = MessageUsager.objects.ecrire
    confirmation, canal = GenreMessage.CONFIRMATION, Canal.COURRIEL
    pk = ecrire(confirmation, canal=canal, usager=usager, adresse="elle@example.org").pk
    return Geste(
        lambda: contact.poser(
            MessageUsager.objects.get(pk=pk), par=Usager.objects.get(pk=usager.pk).auteur
        )
    )


def avis_utilisations() -> Geste:
    pk = UsagerFactory().pk

    def faire() -> None:
        usager = Usager.objects.get(pk=pk)
        contact.choisir_avis(usager, voulus=True, par=usager.auteur)

    return Geste(faire)


def signalement() -> Geste:
    mandat = MandatFactory(structure__courriel="")
    avis = Avis.objects.create(mandat=mandat, genre=Genre.REVOCATION, destinataire="usager")
    return Geste(lambda: contestation.contester(Avis.objects.get(pk=avis.pk)))


def avis_sms_envoye() -> Geste:
    mandat = MandatFactory()
    mandat.usager.poser_telephone("+33612345678")
    mandat.usager.save()
    avis = {"genre": Genre.REVOCATION, "destinataire": "usager", "canal": Canal.SMS}
    pk = Avis.objects.create(mandat=mandat, **avis).pk
    return Geste(lambda: courriels.envoyer(pk))


def code_reimprime() -> Geste:
    mandat, acte, par = MandatFactory(), uuid.uuid4(), AidantFactory()
    return Geste(lambda: reimpression.reimprimer(mandat, acte=acte, par=par))


ACTES = (code_reimprime, contact_change, avis_utilisations, signalement, avis_sms_envoye)
