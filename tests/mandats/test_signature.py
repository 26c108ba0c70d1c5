"""`signer`: one transaction, one mandat, nothing half-written."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant, AppareilTotp, Structure
from journal.models import Entree
from journal.retention import il_y_a
from mandats import attestation, code_papier, signature
from mandats.models import Attestation, Autorisation, Avis, Mandat, Projet
from mandats.models.projets import Refus
from tests.codes import code_de
from tests.factories import (
    AppareilTotpFactory,
    AppartenanceFactory,
    MandatFactory,
    ProjetFactory,
    UsagerFactory,
)
from tests.mandats import gestes
from tests.mandats.gestes import DESSINEE, ECRITE, actions, ensemble
from usagers.models import Usager


def signer(projet: Projet, code: str) -> Mandat | Refus:
    return signature.signer(projet.pk, par=projet.aidant, signature=ECRITE, code=code)


def rien_n_est_ecrit() -> bool:
    modeles = (Mandat, Autorisation, Attestation, Avis, Entree)
    return not any(modele.objects.exists() for modele in modeles)


def test_mandat_holds_what_the_draft_chose(projet: Projet) -> None:
    mandat = gestes.signer(projet, donnee=DESSINEE)
    assert (mandat.usager, mandat.structure) == (projet.usager, projet.structure)
    assert (mandat.aidant, mandat.lieu) == (projet.aidant, "Rennes")
    assert mandat.demarches_ouvertes == ["social", "logement"]
    assert mandat.signature_trace == DESSINEE.trace
    assert mandat.est_actif


@pytest.mark.parametrize("duree", [1, 31, 182, 365])
def test_end_is_counted_to_the_second(projet: Projet, duree: int) -> None:
    Projet.objects.filter(pk=projet.pk).update(duree=duree)
    mandat = gestes.signer(projet)
    assert mandat.fin - mandat.signe_le == timedelta(days=duree)
    assert timezone.now() - mandat.signe_le < timedelta(minutes=1)


def test_signature_writes_the_journal_once_and_for_each_demarche(projet: Projet) -> None:
    mandat = gestes.signer(projet)
    assert actions() == ["signature", "autorisation_creee", "autorisation_creee"]
    entrees = Entree.objects.pour_mandat(mandat.pk)
    assert {e.demarche for e in entrees} == {"", "logement", "social"}
    assert all(e.sujet.ouvre() and e.sujet.usager_ref == str(mandat.usager_id) for e in entrees)


@pytest.mark.parametrize(("donnee", "mode"), [(ECRITE, "ecrite"), (DESSINEE, "dessinee")])
def test_journal_says_how_and_what_was_signed(projet: Projet, donnee: Any, mode: str) -> None:
    mandat = gestes.signer(projet, donnee=donnee)
    assert Entree.objects.get(action="signature").details == {
        "nombre": 2,
        "duree": 31,
        "mode": mode,
        "reference": mandat.reference,
        "empreinte_pdf": mandat.attestation.sha256,
        "niveau_sceau": "B-B",
    }


def test_usager_and_aidant_are_to_be_told(signe: Mandat) -> None:
    assert set(signe.avis.values_list("genre", "destinataire")) == {
        ("signature", "usager"),
        ("signature", "aidant"),
    }


def test_signing_twice_gives_the_same_mandat(projet: Projet, code: str) -> None:
    premier = signer(projet, code)
    assert signer(projet, code) == premier
    assert actions().count("signature") == 1


def test_second_post_does_not_spend_a_code(projet: Projet, appareil: AppareilTotp) -> None:
    signer(projet, code_de(appareil))
    suivant = code_de(appareil, pas=1)
    signer(projet, suivant)
    autre = ProjetFactory(aidant=projet.aidant, structure=projet.structure, identifie=True)
    assert isinstance(signer(autre, suivant), Mandat)


def test_draft_already_signed_answers_its_mandat_even_expired(projet: Projet, code: str) -> None:
    mandat = signer(projet, code)
    Projet.objects.filter(pk=projet.pk).update(expire_le=timezone.now() - timedelta(days=1))
    assert signer(projet, "") == mandat


@pytest.mark.usefixtures("transactional_db")
def test_two_signatures_at_once_make_one_mandat(projet: Projet, code: str) -> None:
    premier, second = ensemble(*[partial(signer, projet, code)] * 2)
    assert isinstance(premier, Mandat)
    assert premier == second
    assert Mandat.objects.count() == 1
    assert actions().count("signature") == 1
    assert actions().count("autorisation_creee") == 2


def test_expired_draft_is_refused(aidant: Aidant, structure: Structure, code: str) -> None:
    projet = ProjetFactory(aidant=aidant, structure=structure, identifie=True, expire=True)
    assert signer(projet, code) is Refus.EXPIRE
    assert rien_n_est_ecrit()


def test_draft_without_usager_is_refused(aidant: Aidant, structure: Structure, code: str) -> None:
    projet = ProjetFactory(aidant=aidant, structure=structure)
    assert signer(projet, code) is Refus.SANS_USAGER


def test_demarche_closed_to_the_structure_is_refused(projet: Projet, code: str) -> None:
    Structure.objects.filter(pk=projet.structure_id).update(demarches=["logement"])
    assert signer(projet, code) is Refus.DEMARCHE_INTERDITE
    assert rien_n_est_ecrit()


def test_refusal_does_not_spend_the_code(projet: Projet, code: str) -> None:
    Projet.objects.filter(pk=projet.pk).update(expire_le=timezone.now())
    signer(projet, code)
    Projet.objects.filter(pk=projet.pk).update(expire_le=timezone.now() + timedelta(minutes=1))
    assert isinstance(signer(projet, code), Mandat)


def test_aidant_who_left_the_structure_is_refused(projet: Projet, code: str) -> None:
    projet.aidant.appartenances.update(fin=timezone.now())
    assert isinstance(signer(projet, code), Refus)
    assert rien_n_est_ecrit()


@pytest.mark.parametrize(("jours", "signe"), [(0, True), (1, False)])
def test_minor_is_refused(projet: Projet, code: str, jours: int, signe: bool) -> None:
    naissance = il_y_a(18, timezone.localtime()).date() + timedelta(days=jours)
    Usager.objects.update(date_naissance=naissance.isoformat())
    resultat = signer(projet, code)
    assert isinstance(resultat, Mandat) is signe
    assert signe or resultat is Refus.MINEUR


def test_draft_of_a_colleague_is_refused(projet: Projet) -> None:
    collegue = AppareilTotpFactory()
    AppartenanceFactory(aidant=collegue.user, structure=projet.structure)
    resultat = signature.signer(
        projet.pk, par=collegue.user, signature=ECRITE, code=code_de(collegue)
    )
    assert isinstance(resultat, Refus)
    assert rien_n_est_ecrit()


def test_wrong_code_is_refused_and_slows_the_next_try(projet: Projet, code: str) -> None:
    assert signer(projet, "000000") is Refus.CODE
    assert rien_n_est_ecrit()
    assert AppareilTotp.objects.get(user=projet.aidant).throttling_failure_count == 1


def test_code_of_another_aidant_is_refused(projet: Projet) -> None:
    assert signer(projet, code_de(AppareilTotpFactory())) is Refus.CODE


def test_nothing_is_left_when_the_document_fails(
    projet: Projet, appareil: AppareilTotp, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def echouer(*_: object) -> bytes:
        raise OSError("no font")

    with monkeypatch.context() as patch:
        patch.setattr(attestation, "composer", echouer)
        with pytest.raises(OSError, match="no font"):
            signer(projet, code)
    appareil.refresh_from_db()
    assert rien_n_est_ecrit()
    assert appareil.dernier_pas == -1
    assert Projet.objects.get(pk=projet.pk).mandat is None
    assert isinstance(signer(projet, code), Mandat)


# --- What it replaces ---


def revocations() -> list[tuple[str, str]]:
    fins = Entree.objects.filter(action="autorisation_revoquee").order_by("demarche")
    return [(e.demarche, e.details["motif"]) for e in fins]


def test_older_authorisations_of_the_same_demarches_end(projet: Projet) -> None:
    ancien = MandatFactory(
        structure=projet.structure, usager=projet.usager, demarches=["logement", "famille"]
    )
    gestes.signer(projet)
    assert Mandat.objects.get(pk=ancien.pk).demarches_ouvertes == ["famille"]
    assert revocations() == [("logement", "remplacement")]


def test_older_mandat_replaced_in_full_is_revoked(projet: Projet) -> None:
    ancien = MandatFactory(structure=projet.structure, usager=projet.usager)
    gestes.signer(projet)
    assert Mandat.objects.get(pk=ancien.pk).etat == "revoque"
    assert "mandat_revoque" in actions()


def test_mandats_of_others_are_left_alone(projet: Projet) -> None:
    voisins = [
        MandatFactory(structure=projet.structure, usager=UsagerFactory()),
        MandatFactory(usager=projet.usager),
    ]
    gestes.signer(projet)
    assert all(Mandat.objects.get(pk=voisin.pk).etat == "actif" for voisin in voisins)
    assert revocations() == []


def test_expired_mandat_stays_expired(projet: Projet) -> None:
    ancien = MandatFactory(structure=projet.structure, usager=projet.usager, expire=True)
    gestes.signer(projet)
    assert Mandat.objects.get(pk=ancien.pk).etat == "expire"
    assert revocations() == []


@pytest.mark.usefixtures("transactional_db")
def test_two_mandats_signed_at_once_leave_one_open(projet: Projet, code: str) -> None:
    collegue = AppareilTotpFactory()
    AppartenanceFactory(aidant=collegue.user, structure=projet.structure)
    second = ProjetFactory(
        aidant=collegue.user,
        structure=projet.structure,
        usager=projet.usager,
        demarches=projet.demarches,
    )
    ensemble(partial(signer, projet, code), partial(signer, second, code_de(collegue)))
    assert sorted(m.etat for m in Mandat.objects.all()) == ["actif", "revoque"]


def test_page_of_a_signed_draft_leads_to_the_mandat(client_aidant: Any, projet: Projet) -> None:
    mandat = gestes.signer(projet)
    reponse = client_aidant.get(reverse("projet_signature", args=[projet.pk]))
    assert reponse["Location"] == reverse("mandat_fait", args=[mandat.pk])


def test_code_whose_locator_is_taken_is_drawn_again(
    projet: Projet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five symbols are few: the signature must not fail for it."""
    pris, libre = code_papier.tirer(), code_papier.tirer()
    MandatFactory(code=pris)
    tirages = iter([pris, libre])
    monkeypatch.setattr(code_papier, "tirer", lambda: next(tirages))
    assert gestes.signer(projet).localisateur == libre.localisateur
