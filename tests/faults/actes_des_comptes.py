"""One way to each act of sessions, invitations and accounts: what T3 breaks at every statement."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants import compte, envoi, supervision, taches
from aidants.models import (
    Aidant,
    AppareilTotp,
    Invitation,
    MotifDesactivation,
    Recuperation,
)
from aidants.models.aidants import AVERTISSEMENT
from journal.models import PLATEFORME, Auteur
from tests.aidants.premiers_pas import PHRASE, inviter
from tests.aidants.test_connexion import donner_mot_de_passe
from tests.clients_http import ouvrir_session
from tests.codes import code_de
from tests.factories import (
    AidantFactory,
    AppareilTotpFactory,
    AppartenanceFactory,
    StructureFactory,
)
from tests.faults.pannes import Geste

SUPERVISION = Auteur(genre="supervision", nom="Sam SUPERVISION")


def en_poste() -> Aidant:
    aidant = AppartenanceFactory().aidant
    AppareilTotpFactory(user=aidant)
    return aidant


def client_de(aidant: Aidant) -> Client:
    client = Client(raise_request_exception=False)
    ouvrir_session(client, aidant)
    return client


def poster(client: Client, adresse: str, donnees: dict[str, Any] | None = None) -> Any:
    """Post from a browser as it stood at first: a try that is undone has renewed its cookie."""
    neuf = Client(raise_request_exception=False)
    nom = settings.SESSION_COOKIE_NAME
    neuf.cookies[nom] = client.cookies[nom].value
    return neuf.post(adresse, donnees or {})


# --- Sessions -------------------------------------------------------------------------------------


def connexion() -> Geste:
    aidant = en_poste()
    client = Client()
    donner_mot_de_passe(client, aidant.courriel)

    def faire() -> object:
        code = code_de(AppareilTotp.objects.get(user=aidant))
        return poster(client, reverse("code"), {"code": code})

    return Geste(faire, suivi=True)


def echec_connexion() -> Geste:
    aidant = en_poste()
    client = Client(raise_request_exception=False)
    return Geste(lambda: donner_mot_de_passe(client, aidant.courriel, "faux"), suivi=True)


def reprise() -> Geste:
    aidant = en_poste()
    client = client_de(aidant)

    def faire() -> object:
        code = code_de(AppareilTotp.objects.get(user=aidant))
        return poster(client, reverse("reprise"), {"code": code})

    return Geste(faire, suivi=True)


def deconnexion() -> Geste:
    client = client_de(en_poste())
    return Geste(lambda: poster(client, reverse("deconnexion")), suivi=True)


def changement_structure() -> Geste:
    aidant = en_poste()
    autre = AppartenanceFactory(aidant=aidant).structure
    client = client_de(aidant)
    donnees = {"structure": str(autre.pk)}
    return Geste(lambda: poster(client, reverse("changer_structure"), donnees), suivi=True)


def sessions_fermees() -> Geste:
    aidant = en_poste()
    client_de(aidant)
    return Geste(lambda: compte.fermer_autres_sessions(aidant, sauf=None))


# --- Invitations and roles ------------------------------------------------------------------------


def invitation() -> Geste:
    structure = StructureFactory()
    return Geste(lambda: inviter(structure))


def invitation_supervision() -> Geste:
    return Geste(lambda: inviter(supervision=True))


def invitation_renvoyee() -> Geste:
    pk = inviter().pk
    return Geste(lambda: Invitation.objects.get(pk=pk).renvoyer(par=PLATEFORME))


def invitation_annulee() -> Geste:
    pk = inviter().pk
    return Geste(lambda: Invitation.objects.get(pk=pk).annuler(par=PLATEFORME))


def activation() -> Geste:
    pk = inviter().pk
    return Geste(lambda: Invitation.objects.get(pk=pk).creer_compte(PHRASE))


def supervision_donnee() -> Geste:
    pk = inviter(supervision=True).pk
    return Geste(lambda: Invitation.objects.get(pk=pk).creer_compte(PHRASE))


def role_donne() -> Geste:
    aidant = AidantFactory(courriel="lea@example.org")
    pk = inviter().pk
    return Geste(lambda: Invitation.objects.get(pk=pk).rejoindre(aidant))


def role_change() -> Geste:
    appartenance = AppartenanceFactory()
    roles = {"est_aidant": True, "est_responsable": True}
    return Geste(lambda: appartenance.changer_roles(par=SUPERVISION, **roles))


def role_retire() -> Geste:
    appartenance = AppartenanceFactory()
    return Geste(lambda: appartenance.finir(par=SUPERVISION, precision="Départ"))


def supervision_retiree() -> Geste:
    aidant = AidantFactory(supervision=True)
    AidantFactory(supervision=True)
    return Geste(lambda: supervision.quitter(aidant, par=SUPERVISION))


# --- Accounts -------------------------------------------------------------------------------------


def compte_modifie() -> Geste:
    aidant = en_poste()
    return Geste(lambda: aidant.modifier(par=SUPERVISION, courriel="autre@example.org"))


def desactivation() -> Geste:
    aidant = en_poste()
    motif = MotifDesactivation.SOUPCON
    return Geste(lambda: aidant.desactiver(par=SUPERVISION, motif=motif))


def reactivation() -> Geste:
    aidant = AidantFactory(desactive=True)
    return Geste(lambda: aidant.reactiver(par=SUPERVISION))


def inactivite_prevenue() -> Geste:
    aidant = en_poste()
    absent_depuis = timezone.now() - AVERTISSEMENT - timedelta(days=1)
    Aidant.objects.filter(pk=aidant.pk).update(cree_le=absent_depuis, last_login=absent_depuis)
    return Geste(lambda: taches._avertir(aidant.pk, timezone.now()))


def anonymisation() -> Geste:
    aidant = en_poste()
    depuis = timezone.now() - timedelta(days=3000)
    Aidant.objects.filter(pk=aidant.pk).update(
        is_active=False, desactive_le=depuis, desactive_motif="depart", cree_le=depuis,
        last_login=depuis,
    )  # fmt: skip
    return Geste(lambda: Aidant.objects.get(pk=aidant.pk).anonymiser(par=PLATEFORME))


def conditions_acceptees() -> Geste:
    aidant = AidantFactory(naissant=True)
    return Geste(aidant.accepter_conditions)


def mot_de_passe_oublie() -> Geste:
    aidant = en_poste()
    return Geste(lambda: Recuperation.objects.demander(aidant=aidant, navigateur="x"))


def mot_de_passe_change() -> Geste:
    aidant = en_poste()
    pk = Recuperation.objects.demander(aidant=aidant, navigateur="x").pk
    return Geste(lambda: Recuperation.objects.get(pk=pk).choisir_mot_de_passe(PHRASE))


def courrier_envoye() -> Geste:
    """A mail of an account leaves with its mark, or does not."""
    pk = inviter().courriers.get().pk
    return Geste(lambda: envoi.envoyer(pk))


ACTES = (
    connexion, echec_connexion, reprise, deconnexion, changement_structure, sessions_fermees,
    invitation, invitation_supervision, invitation_renvoyee, invitation_annulee, activation,
    supervision_donnee, supervision_retiree, role_donne, role_change, role_retire,
    compte_modifie, desactivation, reactivation, inactivite_prevenue, anonymisation,
    conditions_acceptees, mot_de_passe_oublie,
    mot_de_passe_change, courrier_envoye,
)  # fmt: skip
