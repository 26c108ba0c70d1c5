"""What may end between the aidant's « oui » and the identity: each step checks everything again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from aidants.models import Aidant, Appartenance, Structure
from fournisseur_identite.models import Connexion, DemandeAutorisation, FournisseurService
from journal.models import PLATEFORME, Auteur, Entree
from mandats.models import Autorisation, Mandat
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, MandatFactory, StructureFactory
from tests.fournisseur_identite.flux import RETOUR, Flux, retour_de

pytestmark = pytest.mark.django_db


def _une_demarche(a: Autorisation) -> None:
    a.mandat.revoquer(par=PLATEFORME, demarches=["logement"])


def _tout_le_mandat(a: Autorisation) -> None:
    a.mandat.revoquer(par=Auteur(genre="usager", nom="L’usager"))


def _terme(a: Autorisation) -> None:
    Mandat.objects.filter(pk=a.mandat_id).update(
        signe_le=F("signe_le") - timedelta(days=400), fin=timezone.now()
    )


def _aidant_desactive(a: Autorisation) -> None:
    Aidant.objects.filter(pk=a.mandat.aidant_id).update(
        is_active=False, desactive_le=timezone.now()
    )


def _aidant_parti(a: Autorisation) -> None:
    Appartenance.objects.filter(aidant=a.mandat.aidant).update(fin=timezone.now())


def _aidant_devenu_responsable(a: Autorisation) -> None:
    roles = {"est_aidant": False, "est_responsable": True}
    Appartenance.objects.filter(aidant=a.mandat.aidant).update(**roles)


def _structure_fermee(a: Autorisation) -> None:
    Structure.objects.filter(pk=a.mandat.structure_id).update(active=False)


def _demarche_retiree_a_la_structure(a: Autorisation) -> None:
    Structure.objects.filter(pk=a.mandat.structure_id).update(demarches=["social"])


def _demarche_retiree_au_service(_a: Autorisation) -> None:
    FournisseurService.objects.update(demarches=["social"])


def _service_suspendu(_a: Autorisation) -> None:
    FournisseurService.objects.update(actif=False)


def _transfert(a: Autorisation) -> None:
    Mandat.objects.filter(pk=a.mandat_id).update(structure=StructureFactory())


Fin = Callable[[Autorisation], None]
FINS: list[Fin] = [
    _une_demarche, _tout_le_mandat, _terme, _transfert, _aidant_desactive, _aidant_parti,
    _aidant_devenu_responsable, _structure_fermee, _demarche_retiree_a_la_structure,
    _demarche_retiree_au_service, _service_suspendu,
]  # fmt: skip
chaque_fin = pytest.mark.parametrize("finir", FINS, ids=lambda fin: fin.__name__.strip("_"))


def demander(flux: Flux, **autres: Any) -> DemandeAutorisation:
    deja = set(DemandeAutorisation.objects.values_list("pk", flat=True))
    assert flux.demander(**autres).status_code == 303
    return DemandeAutorisation.objects.exclude(pk__in=deja).get()


def confirmation(demande: DemandeAutorisation, autorisation: Autorisation) -> str:
    return f"/oidc/demandes/{demande.pk}/autorisations/{autorisation.pk}/"


def est_perdue(reponse: Any) -> bool:
    perdue = reponse.status_code == 410 and "ne peut plus servir" in reponse.content.decode()
    return perdue and "Location" not in reponse


# --- What ends, at each step ---


@chaque_fin
def test_before_the_confirmation(flux: Flux, autorisation: Autorisation, finir: Fin) -> None:
    demande = demander(flux)
    assert flux.client.get(confirmation(demande, autorisation)).status_code == 200
    finir(autorisation)
    reponse = flux.client.post(confirmation(demande, autorisation))
    assert not reponse.headers.get("Location", "").startswith(RETOUR)
    assert not Connexion.objects.exists()


@chaque_fin
def test_between_code_and_token(flux: Flux, autorisation: Autorisation, finir: Fin) -> None:
    code = flux.code(autorisation)
    finir(autorisation)
    reponse = flux.echanger(code)
    inconnu = finir is _service_suspendu
    attendu = (401, "invalid_client") if inconnu else (400, "invalid_grant")
    assert (reponse.status_code, reponse.json()["error"]) == attendu
    assert not Entree.objects.filter(action="jeton_remis").exists()
    assert not Connexion.objects.exclude(jeton_sha256="").exists()


@chaque_fin
def test_between_token_and_userinfo(flux: Flux, autorisation: Autorisation, finir: Fin) -> None:
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    finir(autorisation)
    reponse = flux.identite(jeton)
    assert (reponse.status_code, reponse.json()["error"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in reponse["WWW-Authenticate"]
    assert not Entree.objects.filter(action="utilisation").exists()


def test_other_demarche_of_the_mandat_ends_nothing(flux: Flux, autorisation: Autorisation) -> None:
    code = flux.code(autorisation)
    autorisation.mandat.revoquer(par=PLATEFORME, demarches=["social"])
    assert flux.identite(flux.echanger(code).json()["access_token"]).status_code == 200


# --- Nobody acts for somebody else's usager ---


def test_usager_of_another_structure(flux: Flux, autorisation: Autorisation) -> None:
    ailleurs = MandatFactory(demarches=["logement"])
    demande = demander(flux)
    page = flux.client.get(f"/oidc/demandes/{demande.pk}/")
    assert ailleurs.usager.nom not in page.content.decode()
    assert autorisation.mandat.usager.nom.upper() in page.content.decode().upper()
    choix = f"/oidc/demandes/{demande.pk}/usagers/{ailleurs.usager_id}/"
    assert flux.client.get(choix).status_code == 404
    etrangere = confirmation(demande, ailleurs.autorisations.get())
    assert flux.client.get(etrangere).status_code == 404
    assert flux.client.post(etrangere).status_code == 404


def test_same_usager_but_a_mandat_of_another_structure(
    flux: Flux, autorisation: Autorisation
) -> None:
    ailleurs = MandatFactory(usager=autorisation.mandat.usager, demarches=["logement"])
    demande = demander(flux)
    assert flux.client.post(confirmation(demande, ailleurs.autorisations.get())).status_code == 404


def test_structure_that_was_used_is_journaled(flux: Flux, autorisation: Autorisation) -> None:
    """An aidant of two structures: the mandat that is used is the one of the structure chosen."""
    seconde = AppartenanceFactory(aidant=autorisation.mandat.aidant).structure
    autre = MandatFactory(
        usager=autorisation.mandat.usager, structure=seconde, demarches=["logement"]
    )
    flux.client.post("/structure/", {"structure": str(seconde.pk)})
    flux.identite(flux.echanger(flux.code(autre.autorisations.get())).json()["access_token"])
    entree = Entree.objects.get(action="utilisation")
    assert entree.structure_ref == str(seconde.pk)
    assert entree.sujet.mandat_ref == str(autre.pk)


def test_two_tabs_never_mix(flux: Flux, autorisation: Autorisation) -> None:
    """Two requests open at once, confirmed in the other order: each code has its own usager."""
    structure, aidant = autorisation.mandat.structure, autorisation.mandat.aidant
    autre = MandatFactory(structure=structure, aidant=aidant, demarches=["logement"])
    onglets = [Flux(flux.client, flux.fs, flux.secret) for _ in range(2)]
    choisies = [autorisation, autre.autorisations.get()]
    demandes = [demander(onglet) for onglet in onglets]
    for demande, choisie in zip(demandes, choisies, strict=True):
        flux.client.get(f"/oidc/demandes/{demande.pk}/usagers/{choisie.mandat.usager_id}/")
        flux.client.get(confirmation(demande, choisie))
    retours = [
        retour_de(flux.client.post(confirmation(demande, choisie)))
        for demande, choisie in reversed(list(zip(demandes, choisies, strict=True)))
    ][::-1]
    for onglet, retour, choisie in zip(onglets, retours, choisies, strict=True):
        assert retour["state"] == onglet.state
        jetons = onglet.echanger(retour["code"]).json()
        recu = onglet.identite(jetons["access_token"]).json()
        assert recu["family_name"] == choisie.mandat.usager.nom


def test_code_of_one_tab_with_the_verifier_of_the_other(
    flux: Flux, autorisation: Autorisation
) -> None:
    autre = Flux(flux.client, flux.fs, flux.secret)
    assert autre.echanger(flux.code(autorisation)).json()["error"] == "invalid_grant"


def test_code_of_another_client(
    flux: Flux, flux_franceconnect: Flux, autorisation: Autorisation
) -> None:
    reponse = flux_franceconnect.echanger(flux.code(autorisation), code_verifier=flux.verifier)
    assert reponse.json()["error"] == "invalid_grant"


# --- A request serves once, in the browser that brought it ---


def test_request_of_another_browser(flux: Flux, autorisation: Autorisation) -> None:
    demande = demander(flux)
    voisin = Client()
    ouvrir_session(voisin, autorisation.mandat.aidant)
    annuler = f"/oidc/demandes/{demande.pk}/annuler/"
    for reponse in (
        voisin.get(f"/oidc/demandes/{demande.pk}/"),
        voisin.get(confirmation(demande, autorisation)),
        voisin.post(confirmation(demande, autorisation)),
        voisin.post(annuler),
    ):
        assert est_perdue(reponse)
    assert retour_de(flux.client.post(confirmation(demande, autorisation)))["code"]


def test_another_aidant_logs_in_meanwhile(flux: Flux, autorisation: Autorisation) -> None:
    demande = demander(flux)
    collegue = AidantFactory()
    AppartenanceFactory(aidant=collegue, structure=autorisation.mandat.structure)
    ouvrir_session(flux.client, collegue)
    assert est_perdue(flux.client.post(confirmation(demande, autorisation)))


def test_request_is_kept_through_the_login(flux: Flux, autorisation: Autorisation) -> None:
    flux.client = Client()
    demande = demander(flux)
    page = flux.client.get(f"/oidc/demandes/{demande.pk}/")
    assert page["Location"] == f"/connexion/?next=/oidc/demandes/{demande.pk}/"
    ouvrir_session(flux.client, autorisation.mandat.aidant)
    assert flux.client.get(f"/oidc/demandes/{demande.pk}/").status_code == 200


def test_request_lives_thirty_minutes(flux: Flux, autorisation: Autorisation) -> None:
    demande = demander(flux)
    vieille = timezone.now() - timedelta(minutes=30)
    DemandeAutorisation.objects.update(cree_le=vieille)
    assert est_perdue(flux.client.get(f"/oidc/demandes/{demande.pk}/"))
    assert est_perdue(flux.client.post(confirmation(demande, autorisation)))


def test_second_click_finds_it_done(flux: Flux, autorisation: Autorisation) -> None:
    demande = demander(flux)
    premiere = retour_de(flux.client.post(confirmation(demande, autorisation)))
    assert est_perdue(flux.client.post(confirmation(demande, autorisation)))
    assert est_perdue(flux.client.get(f"/oidc/demandes/{demande.pk}/"))
    assert Connexion.objects.count() == 1
    assert flux.echanger(premiere["code"]).status_code == 200


def test_cancelled_is_said_to_the_service_once(flux: Flux, autorisation: Autorisation) -> None:
    demande = demander(flux)
    annuler = f"/oidc/demandes/{demande.pk}/annuler/"
    assert flux.client.get(annuler).status_code == 405
    retour = retour_de(flux.client.post(annuler))
    assert (retour["error"], retour["state"]) == ("access_denied", flux.state)
    assert est_perdue(flux.client.post(annuler))
    assert est_perdue(flux.client.post(confirmation(demande, autorisation)))
    assert not Connexion.objects.exists()


def test_nonce_serves_once(flux: Flux, autorisation: Autorisation) -> None:
    """Two tabs of one nonce: the second is told at its confirmation, later ones at once."""
    demandes = [demander(flux) for _ in range(2)]
    assert retour_de(flux.client.post(confirmation(demandes[0], autorisation)))["code"]
    retour = retour_de(flux.client.post(confirmation(demandes[1], autorisation)))
    assert (retour["error"], retour["state"]) == ("invalid_request", flux.state)
    assert retour_de(flux.demander())["error"] == "invalid_request"


# --- The pages carry an opaque id only ---


def test_no_page_carries_the_request(flux: Flux, autorisation: Autorisation) -> None:
    demande = demander(flux)
    usager = f"/oidc/demandes/{demande.pk}/usagers/{autorisation.mandat.usager_id}/"
    assert flux.client.get(usager)["Location"] == confirmation(demande, autorisation)
    for adresse in (f"/oidc/demandes/{demande.pk}/", confirmation(demande, autorisation)):
        page = flux.client.get(adresse).content.decode()
        assert set(re.findall(r"<input[^>]*type=.hidden.[^>]*name=.(\w+)", page)) <= {
            "csrfmiddlewaretoken"
        }
        secrets = {flux.state, flux.nonce, flux.fs.client_id, flux.parametres()["code_challenge"]}
        assert [valeur for valeur in secrets if valeur in page] == []
