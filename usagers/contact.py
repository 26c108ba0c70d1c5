"""How an usager is reached: an e-mail and a telephone that they gave and confirmed by a code.

Who changes them is journaled, and the address that was there before is told.
"""

import uuid
from collections.abc import Callable
from typing import Final

import phonenumbers
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone

from aidants import essais
from aidants.models import Echec
from aidants.models.echecs import Compteur, Seuil
from journal.actions_usagers import AVIS_UTILISATIONS, CONTACT_CHANGE
from journal.models import Auteur, Cadre, Entree
from usagers import taches
from usagers.models import Usager
from usagers.models.messages import VALIDITE, Canal, GenreMessage, MessageUsager

# A code that was missed so many times opens nothing any more.
_ESSAIS = (Seuil(nombre=5, fenetre=VALIDITE, attente=VALIDITE, attente_max=VALIDITE),)
_HEURE = VALIDITE * 6
SEUILS_DEMANDES = (
    Seuil(nombre=3, fenetre=VALIDITE, attente=VALIDITE, attente_max=VALIDITE),
    Seuil(nombre=10, fenetre=_HEURE * 24, attente=_HEURE, attente_max=_HEURE),
)
# Whatever the person says, the address that they say may be somebody else's.
SEUILS_DESTINATAIRE = (
    Seuil(nombre=5, fenetre=_HEURE, attente=_HEURE, attente_max=_HEURE),
    Seuil(nombre=10, fenetre=_HEURE * 24, attente=_HEURE * 2, attente_max=_HEURE * 8),
)
# Each code gives its own tries; all the codes of a person, so many in a day.
SEUILS_USAGER = (Seuil(nombre=20, fenetre=_HEURE * 24, attente_max=_HEURE),)
SEUILS_ADRESSE = (Seuil(nombre=30, fenetre=_HEURE, attente_max=VALIDITE),)
_CODE: Final = "code_unique"


class NumeroInvalide(ValueError):
    """What was typed is no telephone number that exists."""


def lire_numero(saisie: str) -> str:
    """« 06 12 34 56 78 » -> « +33612345678 » (E.164); raise `NumeroInvalide`."""
    try:
        numero = phonenumbers.parse(saisie, "FR")
    except phonenumbers.NumberParseException as erreur:
        raise NumeroInvalide from erreur
    if not phonenumbers.is_valid_number(numero):
        raise NumeroInvalide
    return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)


# --- One-time codes -------------------------------------------------------------------------------


def demander_code(
    session: SessionBase,
    genre: GenreMessage,
    *,
    usager: Usager | None,
    canal: str,
    adresse: str,
    ip: str,
    objet: str = "",
) -> None:
    """Send a code that this browser alone may give back; too many demands look the same."""
    ici = essais.seuils_ici(ip, SEUILS_ADRESSE)
    compteurs = [
        Compteur(usage="code_demande", valeur=str(usager and usager.pk), seuils=SEUILS_DEMANDES),
        Compteur(usage="code_demande_adresse", valeur=ip, seuils=ici),
    ]
    if genre == GenreMessage.CONFIRMATION:  # any other goes to an address that was confirmed
        vers = adresse.lower()
        compteurs.append(Compteur(usage="code_vers", valeur=vers, seuils=SEUILS_DESTINATAIRE))
    permis = Echec.objects.tenter(compteurs) is not None
    with transaction.atomic():
        message = MessageUsager.objects.ecrire(
            genre,
            canal=canal,
            usager=usager,
            adresse=adresse if permis else "",
            objet=objet,
        )
        taches.enfiler(message.pk)
    session[_CODE] = str(message.pk)


def code_attendu(
    session: SessionBase, genre: GenreMessage, *, usager: Usager | None, objet: str = ""
) -> MessageUsager | None:
    """The message whose code this browser waits for, about this person and this thing."""
    cle: str = session.get(_CODE, "")
    if not cle:
        return None
    messages = MessageUsager.objects.filter(pk=cle, genre=genre, objet=objet, usager=usager)
    return messages.filter(utilise_le=None).first()


Suite = Callable[[MessageUsager], None]


@transaction.atomic
def _accepter(pk: uuid.UUID, saisie: str, suite: Suite | None) -> MessageUsager | None:
    message = MessageUsager.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if message is None or not message.accepter(saisie):
        return None
    if suite:
        suite(message)
    return message


def verifier_code(
    attendu: MessageUsager, saisie: str, *, ip: str, suite: Suite | None = None
) -> MessageUsager | None:
    """Take the code once; None for a wrong, old, used one, and after too many tries.

    `suite` is done with it or not at all: the code is spent for what it opens.
    """
    personne = str(attendu.usager_id)
    ici = essais.seuils_ici(ip, SEUILS_ADRESSE)
    compteurs = [
        Compteur(usage=_CODE, valeur=str(attendu.pk), seuils=_ESSAIS),
        Compteur(usage=f"{_CODE}_{attendu.genre}", valeur=personne, seuils=SEUILS_USAGER),
        Compteur(usage="code_unique_adresse", valeur=ip, seuils=ici),
    ]
    essai = Echec.objects.tenter(compteurs)
    if essai is None:
        return None
    with Echec.objects.annule_si_occupe(essai):
        accepte = _accepter(attendu.pk, saisie, suite)
    if accepte:
        Echec.objects.rendre(essai)
    return accepte


# --- The addresses --------------------------------------------------------------------------------


@transaction.atomic
def poser(message: MessageUsager, *, par: Auteur, cadre: Cadre | None = None) -> None:
    """Keep the address whose code was given: it is confirmed."""
    if message.usager_id is None:
        return
    usager = _verrouiller(message.usager_id)
    avant = _adresse(usager, message.canal)
    maintenant = timezone.now()
    if message.canal == Canal.COURRIEL:
        usager.courriel, usager.courriel_confirme_le = message.adresse, maintenant
    else:
        usager.poser_telephone(message.adresse)
        usager.telephone_confirme_le = maintenant
    _conclure(usager, message.canal, avant, par=par, cadre=cadre)


@transaction.atomic
def retirer(usager: Usager, canal: str, *, par: Auteur, cadre: Cadre | None = None) -> None:
    """Forget an address; the person is then reached by the other one, or by nobody."""
    usager = _verrouiller(usager.pk)
    avant = _adresse(usager, canal)
    if not avant:
        return
    if canal == Canal.COURRIEL:
        usager.courriel, usager.courriel_confirme_le = "", None
    else:
        usager.telephone_chiffre, usager.telephone_confirme_le = None, None
    _conclure(usager, canal, avant, par=par, cadre=cadre)


@transaction.atomic
def choisir_avis(usager: Usager, *, voulus: bool, par: Auteur, cadre: Cadre | None = None) -> None:
    """Be told, or not, at each use."""
    usager = _verrouiller(usager.pk)
    if usager.avis_utilisations == voulus:
        return
    usager.avis_utilisations = voulus
    usager.save(update_fields=["avis_utilisations"])
    Entree.objects.inscrire(
        AVIS_UTILISATIONS,
        acte=uuid.uuid4(),
        par=par,
        cadre=cadre,
        concerne=usager.concerne,
        details={"choix": "oui" if voulus else "non"},
    )


def _verrouiller(pk: uuid.UUID) -> Usager:
    return Usager.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _adresse(usager: Usager, canal: str) -> str:
    return usager.courriel if canal == Canal.COURRIEL else usager.telephone


def _conclure(usager: Usager, canal: str, avant: str, *, par: Auteur, cadre: Cadre | None) -> None:
    """Save, journal, and tell the address that was there before."""
    usager.save(
        update_fields=[
            "courriel", "courriel_confirme_le", "telephone_chiffre", "telephone_confirme_le",
        ]
    )  # fmt: skip
    apres = _adresse(usager, canal)
    geste = "changement" if avant and apres else "ajout" if apres else "retrait"
    Entree.objects.inscrire(
        CONTACT_CHANGE,
        acte=uuid.uuid4(),
        par=par,
        cadre=cadre,
        concerne=usager.concerne,
        details={"canal": canal, "geste": geste},
    )
    if avant and avant != apres:
        ecrire = MessageUsager.objects.ecrire
        message = ecrire(GenreMessage.CHANGEMENT, canal=canal, usager=usager, adresse=avant)
        taches.enfiler(message.pk)
