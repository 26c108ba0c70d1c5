"""The mandat's PDF: what it says and hides, readable by all, its bytes frozen."""

import hashlib
import unicodedata
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from aidants.chiffrement import SecretIllisible
from journal.models import Entree
from journal.sceaux import Sceau
from mandats import attestation, code_papier
from mandats.models import Attestation, Mandat, Projet
from tests.factories import MandatFactory, UsagerFactory
from tests.journal.registre_de_test import sceller
from tests.mandats import gestes
from tests.mandats.gestes import DESSINEE, texte_du_pdf
from tests.pdf import elements, sans_blancs


def composer(**traits: Any) -> bytes:
    """The PDF of a mandat read as `signer` reads it."""
    mandat = Mandat.objects.avec_tout().get(pk=MandatFactory(**traits).pk)
    return attestation.composer(mandat, code_papier.tirer())


def pages(octets: bytes) -> list[str]:
    textes = [page.extract_text() for page in PdfReader(BytesIO(octets)).pages]
    return [" ".join(unicodedata.normalize("NFC", texte).split()) for texte in textes]


@pytest.fixture
def octets(signe: Mandat) -> bytes:
    return signe.attestation.octets


# --- What it says ---


def test_paper_names_the_parties_the_end_and_the_demarches(signe: Mandat, octets: bytes) -> None:
    premiere = sans_blancs(pages(octets)[0])
    for attendu in (
        signe.reference,
        signe.usager.nom_complet,
        signe.structure.nom,
        signe.aidant.nom_complet,
        signe.fin_en_clair,
        *signe.titres,
    ):
        assert sans_blancs(attendu) in premiere


def test_last_page_revokes_and_carries_the_code(signe: Mandat, octets: bytes) -> None:
    derniere = pages(octets)[-1]
    assert gestes.code_du_papier(octets).localisateur == signe.localisateur
    assert "Formulaire de révocation" in derniere
    assert all(titre in derniere for titre in signe.titres)


def test_code_stands_on_the_last_page_alone(octets: bytes) -> None:
    code = gestes.code_du_papier(octets)
    assert [str(code) in page for page in pages(octets)] == [False, False, True]


def test_birth_is_not_on_the_paper(signe: Mandat, octets: bytes) -> None:
    """With the code it would open the mandat to who finds the paper."""
    assert signe.usager.date_naissance == "1962-08-24"
    assert not any("1962" in page for page in pages(octets))
    assert b"1962-08-24" not in octets


# What people have signed: neither the words nor the layout of a former model ever change.
ANCIENS = {
    "mandat_2026_11.html": "013387bd423ad5497c56aa69c68327f3ed1d89dd4e4b1a42c8eec1d0b19763b2",
    "papier.css": "693f7f35e5e9d7fca48b99ab0242739617c476d0b438c511af22ff40a9c04541",
}


def test_former_models_never_change() -> None:
    anciens = [m for nom, m in attestation.MODELES.items() if nom != attestation.MODELE]
    chemins = [settings.BASE_DIR / "templates" / m.gabarit for m in anciens]
    chemins += [Path(str(finders.find(m.feuille))) for m in anciens]
    empreintes = {c.name: hashlib.sha256(c.read_bytes()).hexdigest() for c in chemins}
    assert empreintes == ANCIENS


def test_document_names_its_model(signe: Mandat, octets: bytes) -> None:
    assert signe.attestation.modele == attestation.MODELE
    assert f"Modèle {attestation.MODELE}" in pages(octets)[1]


@pytest.mark.usefixtures("signe")
def test_paper_carries_the_head_of_the_journal() -> None:
    """Every paper in a drawer is a witness of what the journal was (regles.md, section 4)."""
    sceller()
    tete = Sceau.objects.latest("numero")
    deuxieme = pages(composer())[1]
    assert f"le journal {tete.arbre} avait {tete.taille} lignes" in deuxieme
    assert f"pour racine {bytes(tete.racine).hex()[:16]}." in deuxieme


@pytest.mark.usefixtures("db")
def test_paper_of_a_journal_without_a_seal_says_nothing_of_it() -> None:
    assert "racine" not in pages(composer())[1]


@pytest.mark.usefixtures("db")
def test_name_is_text_and_never_markup() -> None:
    usager = UsagerFactory(nom='<img src="file:///etc/passwd">')
    assert '<IMG SRC="FILE:///ETC/PASSWD">' in pages(composer(usager=usager))[2]


@pytest.mark.usefixtures("db")
def test_debt_file_is_named_as_a_personal_act() -> None:
    assert "surendettement" in pages(composer(demarches=["argent"]))[0]


# --- PDF/UA-1 ---


def test_document_is_tagged_titled_and_in_french(signe: Mandat, octets: bytes) -> None:
    with pikepdf.open(BytesIO(octets)) as pdf:
        racine = pdf.Root
        assert bool(racine.MarkInfo.Marked)
        assert str(racine.Lang) == "fr"
        assert bool(racine.ViewerPreferences.DisplayDocTitle)
        assert signe.reference in str(pdf.docinfo.Title)
        assert "/StructTreeRoot" in racine


def test_metadata_declares_pdf_ua_1(octets: bytes) -> None:
    with pikepdf.open(BytesIO(octets)) as pdf, pdf.open_metadata() as xmp:
        assert xmp["pdfuaid:part"] == "1"
        assert "Mandat" in xmp["dc:title"]


def test_every_page_follows_its_structure(octets: bytes) -> None:
    with pikepdf.open(BytesIO(octets)) as pdf:
        assert all("/StructParents" in page for page in pdf.pages)
        assert all(page.get("/Tabs", "/S") == "/S" for page in pdf.pages)


def test_headings_are_tagged_in_order(octets: bytes) -> None:
    with pikepdf.open(BytesIO(octets)) as pdf:
        titres = [str(e.S) for e in elements(pdf.Root.StructTreeRoot)]
    niveaux = [titre for titre in titres if titre in ("/H1", "/H2", "/H3")]
    assert niveaux[0] == "/H1"
    assert "/H3" not in niveaux


def test_images_have_alternatives(projet: Projet) -> None:
    mandat = gestes.signer(projet, donnee=DESSINEE)
    with pikepdf.open(BytesIO(mandat.attestation.octets)) as pdf:
        figures = [e for e in elements(pdf.Root.StructTreeRoot) if str(e.S) == "/Figure"]
        textes = [str(figure.get("/Alt", "")) for figure in figures]
    assert any("Signature" in texte and mandat.usager.nom.upper() in texte for texte in textes)
    assert any("QR" in texte and mandat.reference in texte for texte in textes)
    assert all(textes)


def test_fonts_are_embedded(octets: bytes) -> None:
    with pikepdf.open(BytesIO(octets)) as pdf:
        descripteurs = [
            objet
            for objet in pdf.objects
            if isinstance(objet, pikepdf.Dictionary) and objet.get("/Type") == "/FontDescriptor"
        ]
        assert descripteurs
        assert all({"/FontFile2", "/FontFile3", "/FontFile"} & set(d.keys()) for d in descripteurs)


# --- Frozen ---


def test_bytes_are_those_of_the_hash_and_of_the_journal(signe: Mandat, octets: bytes) -> None:
    empreinte = hashlib.sha256(octets).hexdigest()
    assert signe.attestation.sha256 == empreinte
    assert Entree.objects.get(action="signature").details["empreinte_pdf"] == empreinte


def test_bytes_are_encrypted_at_rest(signe: Mandat, octets: bytes) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT octets_chiffres FROM mandats_attestation")
        garde = bytes(curseur.fetchone()[0])
    assert octets.startswith(b"%PDF")
    assert b"%PDF" not in garde
    assert octets[200:232] not in garde


def test_bytes_moved_to_another_mandat_do_not_open(signe: Mandat) -> None:
    autre, document = MandatFactory(), signe.attestation
    Attestation.objects.filter(pk=autre.pk).update(octets_chiffres=document.octets_chiffres)
    with pytest.raises(SecretIllisible):
        _ = Attestation.objects.get(pk=autre.pk).octets


def test_document_is_made_once(signe: Mandat) -> None:
    with pytest.raises(Exception, match="mandats_attestation"):
        Attestation.figer(signe, b"autre", modele="x", instant=signe.signe_le)


def test_page_gives_the_very_bytes(client_aidant: Client, signe: Mandat, octets: bytes) -> None:
    reponse = client_aidant.get(reverse("mandat_pdf", args=[signe.pk]))
    assert reponse.content == octets
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse["Content-Disposition"].startswith("inline")


def test_page_downloads_on_demand(client_aidant: Client, signe: Mandat) -> None:
    reponse = client_aidant.get(f"{reverse('mandat_pdf', args=[signe.pk])}?telecharger")
    attendu = f'attachment; filename="mandat-{signe.reference}.pdf"'
    assert reponse["Content-Disposition"] == attendu


def test_document_does_not_change_with_the_person(signe: Mandat, octets: bytes) -> None:
    signe.usager.nom = "AUTRE"
    signe.usager.save()
    assert Attestation.objects.get().octets == octets


def test_only_the_page_holds_the_code(signe: Mandat, octets: bytes) -> None:
    """Neither the mandat's row nor the journal holds the secret in clear."""
    secret = gestes.code_du_papier(octets).secret
    with connection.cursor() as curseur:
        curseur.execute("SELECT m::text FROM mandats_mandat m")
        lignes = str(curseur.fetchall())
        curseur.execute("SELECT e::text, s::text FROM journal_entree e, journal_sujet s")
        lignes += str(curseur.fetchall())
    assert secret not in lignes


def test_paper_code_opens_its_mandat(client: Client, signe: Mandat, octets: bytes) -> None:
    reponse = gestes.ouvrir(client, gestes.code_du_papier(octets), ("24", "8", "1962"))
    assert reponse["Location"] == reverse("mon_mandat_ouvert", args=[signe.pk])


def test_text_can_be_extracted_in_reading_order(octets: bytes) -> None:
    texte = texte_du_pdf(octets)
    assert texte.index("Mes droits") < texte.index("La personne aidée") < texte.index("J’autorise")
