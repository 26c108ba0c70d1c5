"""Sessions for the Django test client, as the login pages would have opened them."""

from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from aidants import connexion
from aidants.models import Aidant, AppareilTotp
from tests.factories import AppareilTotpFactory


def ouvrir_session(client: Client, personne: Aidant) -> None:
    appareil = AppareilTotp.objects.filter(user=personne).first()
    appareil = appareil or AppareilTotpFactory(user=personne)
    client.force_login(personne)
    session = client.session
    maintenant = timezone.now().timestamp()
    session[DEVICE_ID_SESSION_KEY] = appareil.persistent_id
    for cle in (connexion.DEBUT, connexion.VU_LE, connexion.TOTP_LE):
        session[cle] = maintenant
    session.save()
