"""Each act upon people and invitations, tried by each role, by its address alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aidants.models import Aidant, Invitation, MotifDesactivation
from aidants.models.aidants import CONSERVATION
from journal.models import PLATEFORME, Entree
from tests.aidants.personnes import Maison, client_de, faire, maison
from tests.clients_http import ouvrir_session
from tests.factories import AppartenanceFactory, CarteTotpFactory

pytestmark = pytest.mark.django_db
ROLES = ("responsable", "voisin", "supervision", "aidant", "sans_code", "ferme")

# What each role gets: done, unknown (404), not offered, sent to the login.
FAIT, INCONNU, REFUSE, DEHORS = "fait", "inconnu", "refusé", "dehors"
COURANT = (FAIT, INCONNU, FAIT, DEHORS, DEHORS, DEHORS)
NATIONAL = (REFUSE, INCONNU, FAIT, DEHORS, DEHORS, DEHORS)
TABLE = {
    "changer-role": COURANT,
    "reinitialiser": COURANT,
    "retirer": COURANT,
    "desactiver": COURANT,
    "reactiver": COURANT,
    "anonymiser": NATIONAL,
    "retirer-supervision": NATIONAL,
    "renvoyer": COURANT,
    "annuler": COURANT,
}


def navigateur(ici: Maison, role: str) -> Client:
    client = Client()
    if role == "sans_code":
        client.force_login(ici.autre_responsable)
    elif role == "ferme":
        ouvrir_session(client, ici.autre_responsable)
        Aidant.objects.filter(pk=ici.autre_responsable.pk).update(
            is_active=False, desactive_le=timezone.now()
        )
    elif role == "aidant":
        client = client_de(AppartenanceFactory(structure=ici.structure).aidant)
    else:
        client = client_de(getattr(ici, role))
    return client


def objet_de(ici: Maison, acte: str) -> Aidant | Invitation:
    if acte in ("renvoyer", "annuler"):
        return Invitation.objects.inviter(
            par=PLATEFORME, structure=ici.structure, courriel="lea@example.org",
            prenom="Léa", nom="Roux",
        )  # fmt: skip
    if acte == "retirer-supervision":
        Aidant.objects.filter(pk=ici.aidant.pk).update(supervision=True)
    if acte in ("reactiver", "anonymiser"):
        ici.aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    if acte == "anonymiser":
        Aidant.objects.filter(pk=ici.aidant.pk).update(
            desactive_le=timezone.now() - CONSERVATION - timedelta(days=1)
        )
    return ici.aidant


def issue_de(reponse: Any, avant: int) -> str:
    if Entree.objects.count() > avant:
        return FAIT
    if reponse.status_code == 404:
        return INCONNU
    assert reponse.status_code == 302
    ailleurs = reponse["Location"].startswith(("/connexion/", "/administration/login/"))
    return DEHORS if ailleurs else REFUSE


@pytest.mark.parametrize("acte", TABLE)
def test_act_by_role(acte: str) -> None:
    issues = {}
    for role in ROLES:
        ici = maison()
        objet = objet_de(ici, acte)
        champs = {
            "role": "responsable", "motif": "depart", "verifiee": "on",
            "appartenance": ici.aidant.appartenances.get().pk,
        }  # fmt: skip
        client, avant = navigateur(ici, role), Entree.objects.count()
        issues[role] = issue_de(faire(client, objet, acte, **champs), avant)
        Invitation.objects.update(courriel="autre@example.org")
    assert issues == dict(zip(ROLES, TABLE[acte], strict=True))


@pytest.mark.parametrize("acte", ["reinitialiser", "associer-carte"])
def test_factors_of_who_manages_elsewhere_are_not_touched_from_here(acte: str) -> None:
    """An aidant here, who manages next door: a card lent here would open next door too."""
    ici = maison()
    AppartenanceFactory(structure=ici.structure, aidant=ici.voisin)
    champs = {"verifiee": "on", "serie": CarteTotpFactory().serie}
    for qui, attendue in ((ici.responsable, REFUSE), (ici.supervision, FAIT)):
        avant = Entree.objects.count()
        assert issue_de(faire(client_de(qui), ici.voisin, acte, **champs), avant) == attendue
