"""The receipt on paper: what ended, who was told, one page; the reason; the form's own date."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from aidants.demarches import DEMARCHES
from journal.actes import acte_de
from journal.models import Entree
from mandats import recus
from mandats.code_papier import CodePapier
from mandats.models import Mandat
from mandats.sceau_pdf import porte_notre_sceau
from tests.factories import MandatFactory, StructureFactory, UsagerFactory
from tests.mandats.gestes import actions, ouvrir, texte_du_pdf
from tests.pdf import sans_blancs
from usagers.papier import imprimer_en

HIER, DEMAIN = timedelta(days=-1), timedelta(days=1)


@pytest.fixture
def ouvert(client: Client, mandat: Mandat, papier: CodePapier) -> Mandat:
    ouvrir(client, papier, ("24", "8", "1962"))
    return mandat


def arreter(client: Client, mandat: Mandat, **donnees: str) -> Any:
    return client.post(reverse("mon_mandat_arreter", args=[mandat.pk]), donnees)


def recu(client: Client, mandat: Mandat) -> Any:
    return client.get(reverse("mon_mandat_recu_pdf", args=[mandat.pk]))


def revoquer(client: Client, mandat: Mandat, **donnees: Any) -> Any:
    base = {"demarches": ["logement"], "motif": "formulaire"}
    return client.post(reverse("mandat_revocation", args=[mandat.pk]), base | donnees)


def en_chiffres(decalage: timedelta) -> str:
    return f"{timezone.localdate() + decalage:%d/%m/%Y}"


# --- The receipt ---


def test_receipt_says_what_ended_when_and_by_which_line(client: Client, ouvert: Mandat) -> None:
    arreter(client, ouvert, demarche="logement")
    reponse = recu(client, ouvert)
    assert reponse["Content-Type"] == "application/pdf"
    texte = sans_blancs(texte_du_pdf(reponse.content))
    finie = ouvert.autorisations.get(demarche="logement")
    acte = str(acte_de(finie.pk, "revocation"))
    le = finie.revoquee_le_en_clair
    for attendu in (ouvert.reference, finie.titre, "Ce qui continue", recus.MODELE, acte, le):
        assert sans_blancs(attendu) in texte


def test_receipt_of_nothing_is_not_found(client: Client, ouvert: Mandat) -> None:
    assert recu(client, ouvert).status_code == 404


def test_receipt_is_tagged_in_french_and_sealed(client: Client, ouvert: Mandat) -> None:
    arreter(client, ouvert)
    octets = recu(client, ouvert).content
    assert porte_notre_sceau(octets)
    with pikepdf.open(BytesIO(octets)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"


def test_receipt_of_another_mandat_is_not_found(client: Client, ouvert: Mandat) -> None:
    autre = MandatFactory(usager=ouvert.usager, revoque=True)
    assert recu(client, autre).status_code == 404


@pytest.mark.django_db
def test_ten_ends_and_the_longest_names_keep_to_one_page() -> None:
    usager = UsagerFactory(prenoms="Prénom " * 36, nom="Nom-Composé " * 21)
    structure = StructureFactory(nom="Maison de services au public " * 8)
    mandat = MandatFactory(usager=usager, structure=structure, demarches=list(DEMARCHES))
    for demarche in DEMARCHES:
        mandat.revoquer(par=usager.auteur, demarches=[demarche])
    assert len(PdfReader(BytesIO(recus.donner(mandat))).pages) == 1


def test_receipt_asked_for_again_is_composed_once(
    client: Client, ouvert: Mandat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until something of it changes: here, who was told."""
    compositions = []

    def compter(*args: Any, **autres: Any) -> bytes:
        compositions.append(args)
        return imprimer_en(*args, **autres)

    monkeypatch.setattr(recus, "imprimer_en", compter)
    arreter(client, ouvert)
    recus_donnes = {recu(client, ouvert).content for _ in range(3)}
    assert (len(compositions), len(recus_donnes)) == (1, 1)
    ouvert.avis.update(envoye_le=timezone.now() + timedelta(minutes=5))
    assert recu(client, ouvert).content not in recus_donnes
    assert len(compositions) == 2


def test_aidant_prints_the_receipt_too(client_aidant: Client, mandat: Mandat) -> None:
    revoquer(client_aidant, mandat, motif="demande")
    reponse = client_aidant.get(reverse("mandat_recu", args=[mandat.pk]))
    assert mandat.reference in sans_blancs(texte_du_pdf(reponse.content))


# --- The reason ---


def test_reason_is_kept_beside_the_line(client: Client, ouvert: Mandat) -> None:
    arreter(client, ouvert, demarche="logement", raison=" Je déménage. ")
    entree = Entree.objects.select_related("sujet").get(action="autorisation_revoquee")
    assert entree.sujet.precision == "Je déménage."
    assert "Je déménage." not in str(entree.details)
    assert "« Je déménage. »" in entree.phrase()
    assert "Je déménage." not in entree.phrase(nommer_usager=False)


@pytest.mark.parametrize("raison", ["x" * 2000, "\x00", "  "])
def test_reason_never_stands_in_the_way(client: Client, ouvert: Mandat, raison: str) -> None:
    arreter(client, ouvert, raison=raison)
    assert not Mandat.objects.get(pk=ouvert.pk).est_actif


# --- The form on paper ---


def test_form_on_paper_is_entered_with_its_date(client_aidant: Client, mandat: Mandat) -> None:
    revoquer(client_aidant, mandat, formulaire_le=en_chiffres(timedelta()))
    finie = mandat.autorisations.get(demarche="logement")
    assert finie.formulaire_le == timezone.localdate()
    entree = Entree.objects.get(action="formulaire_rendu")
    assert entree.details == {"date": en_chiffres(timedelta()), "reference": mandat.reference}


@pytest.mark.parametrize("date", ["", "hier", en_chiffres(DEMAIN), en_chiffres(HIER)])
def test_form_without_a_date_of_its_life_is_refused(
    client_aidant: Client, mandat: Mandat, date: str
) -> None:
    reponse = revoquer(client_aidant, mandat, formulaire_le=date)
    assert list(reponse.context["form"].errors) == ["formulaire_le"]
    assert reponse.context["form"]["formulaire_le"].value() == date
    assert actions() == []


def test_date_counts_for_a_form_alone(client_aidant: Client, mandat: Mandat) -> None:
    revoquer(client_aidant, mandat, motif="demande", formulaire_le=en_chiffres(timedelta()))
    assert mandat.autorisations.get(demarche="logement").formulaire_le is None
    assert "formulaire_rendu" not in actions()
