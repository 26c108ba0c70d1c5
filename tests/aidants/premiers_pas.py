"""What an invited person does, page by page, with the Django test client."""

import re
import time
from base64 import b32decode
from typing import Any

from django.test import Client
from django.urls import reverse
from django_otp.oath import hotp

from aidants import conditions
from aidants.models import Aidant, Invitation, Structure
from journal.models import PLATEFORME
from tests.factories import StructureFactory

Reponse = Any
PHRASE = "quatre mots bien distincts"


def inviter(structure: Structure | None = None, **champs: Any) -> Invitation:
    """An invitation of a structure, or of the supervision with `supervision=True`."""
    supervision = champs.pop("supervision", False)
    identite = {"courriel": "lea@example.org", "prenom": "Léa", "nom": "Martin"} | champs
    hote = None if supervision else structure or StructureFactory()
    return Invitation.objects.inviter(par=PLATEFORME, structure=hote, **identite)


def adresse(invitation: Invitation) -> str:
    """The link of the last mail."""
    invitation.refresh_from_db()
    return reverse("invitation", args=[invitation.pk, invitation.jeton])


def choisir(
    client: Client, lien: str, mot_de_passe: str = PHRASE, confirmation: str | None = None
) -> Reponse:
    repete = mot_de_passe if confirmation is None else confirmation
    return client.post(lien, {"mot_de_passe": mot_de_passe, "confirmation": repete})


def se_connecter(client: Client, suite: str = "") -> Reponse:
    """Give the password of Léa."""
    acces = {"courriel": "lea@example.org", "mot_de_passe": PHRASE}
    return client.post(reverse("connexion") + suite, acces)


def cle_montree(page: Reponse) -> bytes:
    """The key that the page asks one to type."""
    trouvee = re.search(r'id="cle-totp">([A-Z2-7 ]+)<', page.content.decode())
    assert trouvee, page.content.decode()
    return b32decode(trouvee[1].replace(" ", ""))


def code_actuel(cle: bytes) -> str:
    return f"{hotp(cle, int(time.time()) // 30):06d}"


def enroler(client: Client, suite: str = "") -> Reponse:
    page = reverse("enrolement") + suite
    code = code_actuel(cle_montree(client.get(page)))
    return client.post(page, {"code": code, "nom": "Téléphone"})


def tirer_codes(client: Client, suite: str = "") -> list[str]:
    reponse = client.post(reverse("codes_secours_premiers") + suite)
    return codes_montres(reponse)


def codes_montres(reponse: Reponse) -> list[str]:
    return re.findall(r"<li>([2-9A-Z]{5}-[2-9A-Z]{5})</li>", reponse.content.decode())


def accepter(client: Client, suite: str = "") -> Reponse:
    donnees = {"accord": "on", "version": conditions.VERSION}
    return client.post(reverse("conditions") + suite, donnees)


def naitre(client: Client, invitation: Invitation) -> Aidant:
    """From the link to the last step, in one go."""
    choisir(client, adresse(invitation))
    enroler(client)
    tirer_codes(client)
    accepter(client)
    return Aidant.objects.get(courriel=invitation.courriel)
