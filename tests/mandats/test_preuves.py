"""The proof of a use in the usager's hands: whose it is, what the page and the sheet say of it."""

import io
import json
import random
import time
import uuid
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from journal.actions import UTILISATION
from journal.examen import en_chiffres
from journal.models import Cadre, Entree
from journal.preuve import composer
from mandats.consultation import OUVERT
from mandats.models import Mandat
from mandats.preuves import CHAMPS, REFUS, code_qr
from tests.factories import MandatFactory
from tests.journal.autorite import Autorite
from tests.journal.registre_de_test import PLUME, dater, sceller
from tests.mandats.gestes import texte_du_pdf
from tests.pdf import elements

pytestmark = pytest.mark.django_db
VERIFIER = reverse("verifier_preuve")


def utiliser(mandat: Mandat) -> Entree:
    structure = mandat.structure.cadre
    cle = Entree.objects.inscrire(
        UTILISATION,
        acte=uuid.uuid4(),
        par=mandat.aidant.auteur,
        cadre=Cadre(
            structure_ref=structure.structure_ref, structure_nom=structure.structure_nom,
            fs_nom="La CAF", demarche="logement",
        ),
        concerne=mandat.concerne,
        details={"acr": "eidas1"},
    )  # fmt: skip
    return Entree.objects.get(pk=cle)


@pytest.fixture
def mandat(db: None) -> Mandat:
    return MandatFactory(aidant__prenom="Camille", aidant__nom="DURAND")


@pytest.fixture
def utilisation(mandat: Mandat) -> Entree:
    entree = utiliser(mandat)
    sceller()
    return entree


def identifier(client: Client, mandat: Mandat, *, usager: bool = True) -> None:
    session = client.session
    qui = str(mandat.usager_id) if usager else ""
    session[OUVERT] = {"mandats": [str(mandat.pk)], "usager": qui, "jusqua": time.time() + 60}
    session.save()


@pytest.fixture
def client_usager(client: Client, mandat: Mandat) -> Client:
    identifier(client, mandat)
    return client


def preuve(client: Client, entree: Entree, route: str = "preuve") -> Any:
    return client.get(reverse(route, args=[entree.acte]))


def verifier(client: Client, octets: bytes) -> Any:
    fichier = SimpleUploadedFile("preuve.json", octets, content_type="application/json")
    return client.post(VERIFIER, {"fichier": fichier})


# --- Whose ---


@pytest.mark.parametrize("route", ["preuve", "preuve_feuille"])
def test_use_of_somebody_else_is_not_found(
    client_usager: Client, utilisation: Entree, route: str
) -> None:
    autre = utiliser(MandatFactory())
    sceller()
    assert preuve(client_usager, autre, route).status_code == 404
    assert preuve(client_usager, utilisation, route).status_code == 200


@pytest.mark.parametrize("route", ["preuve", "preuve_feuille"])
def test_paper_code_alone_gives_no_proof(
    client: Client, mandat: Mandat, utilisation: Entree, route: str
) -> None:
    identifier(client, mandat, usager=False)
    assert preuve(client, utilisation, route).status_code == 404


@pytest.mark.parametrize("route", ["preuve", "preuve_feuille"])
def test_proof_that_is_not_ready_says_when(
    client_usager: Client, mandat: Mandat, route: str
) -> None:
    reponse = preuve(client_usager, utiliser(mandat), route)
    assert (reponse.status_code, reponse["Retry-After"]) == (503, "10")
    assert "quelques secondes" in reponse.content.decode()


def test_each_use_has_its_two_links(client_usager: Client, utilisation: Entree) -> None:
    page = client_usager.get(reverse("mes_mandats")).content.decode()
    for route in ("preuve", "preuve_feuille"):
        assert f'href="{reverse(route, args=[utilisation.acte])}"' in page


def test_file_is_a_few_kilobytes_and_never_cached(
    client_usager: Client, utilisation: Entree
) -> None:
    reponse = preuve(client_usager, utilisation)
    assert reponse["Content-Disposition"].startswith("attachment; ")
    assert reponse["Cache-Control"] == "no-store"
    assert 1000 < len(reponse.content) < 4096
    assert json.loads(reponse.content)["entree"]["acte"] == str(utilisation.acte)


def test_sheet_is_composed_once_whatever_is_sealed_meanwhile(
    client_usager: Client, utilisation: Entree
) -> None:
    premiere = preuve(client_usager, utilisation, "preuve_feuille").content
    utiliser(MandatFactory())
    sceller()
    assert preuve(client_usager, utilisation, "preuve_feuille").content == premiere


# --- Checked by our server ---


def test_right_proof_is_read_in_words(client_usager: Client, utilisation: Entree) -> None:
    reponse = verifier(Client(), preuve(client_usager, utilisation).content)
    assert reponse.context["verdict"] == "juste"
    valeurs = {nom: valeur for nom, _, valeur in reponse.context["lignes"]}
    assert set(valeurs) == set(CHAMPS)
    assert valeurs["site"] == "La CAF"
    assert valeurs["demarche"] == "Logement"
    assert valeurs["auteur"] == "Camille DURAND"
    assert valeurs["cle"] == PLUME.cle.texte


def test_tampered_proof_is_refused(client_usager: Client, utilisation: Entree) -> None:
    juste = json.loads(preuve(client_usager, utilisation).content)
    juste["entree"]["fs_nom"] = "Les impôts"
    reponse = verifier(Client(), json.dumps(juste).encode())
    assert reponse.context["verdict"] == "arbre"
    assert "Les impôts" not in reponse.content.decode()


def test_every_refusal_has_its_words() -> None:
    refus = {motif.value for motif in REFUS}
    textes = {motif for motif, *_ in Client().get(VERIFIER).context["refus"]}
    assert refus == textes == {"illisible", "cle", "signature", "arbre", "personnes", "jeton"}


@pytest.mark.parametrize(
    ("octets", "statut", "message"),
    [(b"", 200, "vide"), (b"x" * 70_000, 200, "trop grand"), (b"x" * 300_000, 413, "trop grand")],
)
def test_file_that_is_none_is_told_at_the_field(octets: bytes, statut: int, message: str) -> None:
    reponse = verifier(Client(), octets)
    assert reponse.status_code == statut
    assert message in reponse.context["form"].errors["fichier"][0]


def test_page_may_not_send_anything() -> None:
    """The browser itself holds the script to it."""
    politique = Client().get(VERIFIER)["Content-Security-Policy"]
    assert "connect-src 'none'" in politique
    assert "form-action 'self'" in politique  # for who has no script


def test_form_keeps_its_proof_of_origin() -> None:
    client = Client(enforce_csrf_checks=True)
    assert verifier(client, b"{}").status_code == 403


def test_script_is_the_one_of_the_documentation() -> None:
    reponse = Client().get(reverse("preuve_script"))
    assert b"def verifier(" in reponse.content
    assert reponse["Content-Disposition"] == 'attachment; filename="verifier_preuve.py"'


# --- On paper ---


def lire_code(entree: Entree) -> str:
    """What a telephone reads in the code of the sheet."""
    png = io.BytesIO()
    code_qr(entree).save(png, kind="png", scale=4, border=4)
    (code,) = zxingcpp.read_barcodes(Image.open(png))
    return str(code.text)


def test_sheet_is_one_accessible_page(client_usager: Client, utilisation: Entree) -> None:
    octets = preuve(client_usager, utilisation, "preuve_feuille").content
    with pikepdf.open(io.BytesIO(octets)) as pdf, pdf.open_metadata() as xmp:
        assert len(pdf.pages) == 1
        assert (xmp["pdfuaid:part"], str(pdf.Root.Lang)) == ("1", "fr")
        marques = [str(e.S) for e in elements(pdf.Root.StructTreeRoot)]
        assert marques.count("/H1") == 1
        images = [e for e in elements(pdf.Root.StructTreeRoot) if e.S == "/Figure"]
        assert [str(image.Alt) for image in images] == ["Code QR qui contient la preuve"]


def test_sheet_says_what_the_line_says(client_usager: Client, utilisation: Entree) -> None:
    texte = " ".join(
        texte_du_pdf(preuve(client_usager, utilisation, "preuve_feuille").content).split()
    )
    for attendu in ("Camille D.", "La CAF", "Logement", "Elle ne dit pas si l’acte était permis"):
        assert attendu in texte, texte
    assert "DURAND" not in texte


def test_code_of_the_sheet_is_the_whole_proof(client_usager: Client, utilisation: Entree) -> None:
    octets = preuve(client_usager, utilisation).content
    adresse, _, chiffres = lire_code(utilisation).partition("#preuve=")
    assert adresse == f"http://testserver{VERIFIER}"
    assert chiffres == en_chiffres(octets)


def test_date_of_a_third_party_is_on_the_sheet_and_its_token_in_the_file(
    client_usager: Client, utilisation: Entree, tmp_path: Path, settings: Any
) -> None:
    autorite = Autorite(tmp_path)
    settings.HORODATAGE_CERTIFICATS = [str(autorite.racine)]
    dater(autorite)
    juste = json.loads(preuve(client_usager, utilisation).content)
    feuille = preuve(client_usager, utilisation, "preuve_feuille").content
    with pikepdf.open(io.BytesIO(feuille)) as pdf:
        assert len(pdf.pages) == 1
    assert "Une autorité d’horodatage a daté ce journal" in " ".join(texte_du_pdf(feuille).split())
    assert "Daté par un tiers" in verifier(Client(), json.dumps(juste).encode()).content.decode()
    assert juste.pop("jeton")
    _, _, chiffres = lire_code(utilisation).partition("#preuve=")
    assert chiffres == en_chiffres(json.dumps(juste).encode())


def test_names_too_long_for_a_code_are_left_out_of_it(mandat: Mandat, client: Client) -> None:
    hasard = random.Random(5)  # noqa: S311 - repeatable
    signes = [chr(hasard.randrange(0x4E00, 0x9FFF)) for _ in range(1500)]
    mandat.aidant.nom, mandat.usager.nom = "".join(signes[:750]), "".join(signes[750:])
    entree = utiliser(mandat)
    sceller()
    identifier(client, mandat)
    assert preuve(client, entree, "preuve_feuille").status_code == 200
    _, _, chiffres = lire_code(entree).partition("#preuve=")
    assert chiffres == en_chiffres(composer(entree, avec_sujet=False))
