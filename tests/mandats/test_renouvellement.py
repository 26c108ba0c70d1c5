"""Renewal: no FranceConnect, the same signature and code, a mandat that follows the old one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import AppareilTotp, Structure
from journal.models import Entree
from mandats.models import Mandat, Projet
from mandats.models.projets import Refus
from tests.codes import code_de
from tests.factories import MandatFactory, StructureFactory
from tests.mandats import gestes
from tests.mandats.gestes import actions, poster_signature

AN = timedelta(days=365)


def page(mandat: Mandat) -> str:
    return reverse("mandat_renouvellement", args=[mandat.pk])


def ouvrir(client: Client, mandat: Mandat, *demarches: str) -> Projet:
    client.post(page(mandat), {"demarches": demarches or ["logement"], "duree": 31})
    return Projet.objects.get(renouvelle=mandat)


def finissant(structure: Structure, depuis: timedelta) -> Mandat:
    fin = timezone.now() - depuis
    return MandatFactory(structure=structure, fin=fin, signe_le=fin - AN, duree=365)


def test_old_demarches_and_duration_are_ticked(client_aidant: Client, mandat: Mandat) -> None:
    form = client_aidant.get(page(mandat)).context["form"]
    assert form["demarches"].value() == ["social", "logement"]
    assert form["duree"].value() == 182


def test_withdrawn_demarche_is_not_ticked(client_aidant: Client, mandat: Mandat) -> None:
    mandat.revoquer(par=mandat.usager.auteur, demarches=["social"])
    assert client_aidant.get(page(mandat)).context["form"]["demarches"].value() == ["logement"]


def test_renewal_leads_to_the_signature_at_once(client_aidant: Client, mandat: Mandat) -> None:
    projet = ouvrir(client_aidant, mandat)
    assert (projet.usager, projet.structure) == (mandat.usager, mandat.structure)
    adresse = reverse("projet_signature", args=[projet.pk])
    assert "Étape 2 sur 3" in client_aidant.get(adresse).content.decode()


def test_signed_renewal_follows_and_closes_the_old_one(
    client_aidant: Client, mandat: Mandat, appareil: AppareilTotp
) -> None:
    projet = ouvrir(client_aidant, mandat, "logement", "justice")
    poster_signature(client_aidant, projet, code_de(appareil), nom_ecrit="")
    nouveau = Mandat.objects.get(renouvelle=mandat)
    assert set(nouveau.demarches_ouvertes) == {"logement", "justice"}
    assert Mandat.objects.get(pk=mandat.pk).demarches_ouvertes == ["social"]
    assert mandat.autorisations.get(demarche="logement").motif == "renouvellement"
    assert {"signature", "renouvellement", "autorisation_revoquee"} <= set(actions())


def test_journal_says_what_was_renewed(client_aidant: Client, mandat: Mandat) -> None:
    nouveau = gestes.signer(ouvrir(client_aidant, mandat))
    entree = Entree.objects.select_related("sujet").get(action="renouvellement")
    references = {"ancienne": mandat.reference, "reference": nouveau.reference}
    assert entree.details == references
    assert mandat.reference in entree.phrase()


def test_expired_mandat_is_renewed_and_stays_expired(
    client_aidant: Client, structure: Structure
) -> None:
    ancien = finissant(structure, timedelta(days=300))
    nouveau = gestes.signer(ouvrir(client_aidant, ancien))
    assert nouveau.renouvelle == ancien
    assert Mandat.objects.get(pk=ancien.pk).etat == "expire"


# --- Refused, with a reason ---


def refuse(structure: Structure, mandat: Mandat) -> Refus | None:
    return Mandat.objects.get(pk=mandat.pk).refus_de_renouveler(structure)


@pytest.mark.parametrize(
    ("depuis", "refus"),
    [(AN - timedelta(minutes=1), None), (AN, Refus.TROP_ANCIEN)],
)
def test_renewal_is_within_a_year_of_the_end(
    structure: Structure, depuis: timedelta, refus: Refus | None
) -> None:
    assert refuse(structure, finissant(structure, depuis)) is refus


def _revoquer(mandat: Mandat) -> None:
    mandat.revoquer(par=mandat.usager.auteur)


def _restreindre(mandat: Mandat) -> None:
    Structure.objects.filter(pk=mandat.structure_id).update(demarches=["argent"])


CAUSES = [(_revoquer, "revoque"), (_restreindre, "demarche_interdite")]


@pytest.mark.parametrize(("cause", "refus"), CAUSES)
def test_refusal_is_said_on_the_page(
    client_aidant: Client, mandat: Mandat, cause: Callable[[Mandat], Any], refus: str
) -> None:
    cause(mandat)
    reponse = client_aidant.get(page(mandat))
    assert (reponse.status_code, reponse.context["refus"]) == (409, refus)


def _transferer(mandat: Mandat) -> None:
    Mandat.objects.filter(pk=mandat.pk).update(structure=StructureFactory())


@pytest.mark.parametrize(("cause", "refus"), [(_revoquer, "revoque"), (_transferer, "transfere")])
def test_what_changed_since_the_draft_is_refused_at_the_signature(
    client_aidant: Client, mandat: Mandat, appareil: AppareilTotp, cause: Any, refus: str
) -> None:
    projet = ouvrir(client_aidant, mandat)
    cause(mandat)
    reponse = poster_signature(client_aidant, projet, code_de(appareil), nom_ecrit="")
    assert (reponse.status_code, reponse.context["refus"]) == (410, refus)
    assert not Mandat.objects.filter(renouvelle=mandat).exists()


def test_expired_draft_leads_back_to_the_renewal(client_aidant: Client, mandat: Mandat) -> None:
    projet = ouvrir(client_aidant, mandat)
    Projet.objects.update(expire_le=timezone.now())
    reponse = client_aidant.get(reverse("projet_signature", args=[projet.pk]))
    assert page(mandat) in reponse.content.decode()


@pytest.mark.parametrize("trait", [{}, {"expire": True}, {"bientot": True}])
def test_button_is_on_the_mandat_s_page(
    client_aidant: Client, structure: Structure, trait: dict[str, Any]
) -> None:
    mandat = MandatFactory(structure=structure, **trait)
    texte = client_aidant.get(reverse("mandat", args=[mandat.pk])).content.decode()
    assert page(mandat) in texte


def test_button_is_on_the_person_s_page_and_at_home(
    client_aidant: Client, structure: Structure
) -> None:
    mandat = MandatFactory(structure=structure, bientot=True)
    adresses = [reverse("usager", args=[mandat.usager_id]), reverse("espace")]
    assert all(page(mandat) in client_aidant.get(a).content.decode() for a in adresses)
