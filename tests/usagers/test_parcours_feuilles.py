"""The sheets to print: one A4 page each, tagged, the same nodes as the pages, nobody's data."""

from io import BytesIO

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from aidants.demarches import DEMARCHES
from aidants.models import Aidant, Structure
from tests.factories import FournisseurIdentiteFactory, LieuFormationFactory, SiteDemarcheFactory
from tests.pdf import elements, sans_blancs
from usagers import feuilles
from usagers.parcours import adresses, arbre
from usagers.parcours.arbre import NOEUDS
from usagers.parcours.orientation import PROFILS

pytestmark = pytest.mark.django_db

A4 = (595, 842)  # points
TOUTES = ",".join(DEMARCHES)
CHEMINS = ["/".join(chemin) for chemin in arbre.chemins()]
MANDAT = "logement/deces-non/numero-oui/site-oui/compte-oui/acces-oui/seul-non/choix-mandat"


def texte_de(octets: bytes) -> str:
    """The text of a document of one A4 page, without its blanks: lines are cut anywhere."""
    pages = PdfReader(BytesIO(octets)).pages
    assert len(pages) == 1
    boite = pages[0].mediabox
    assert (int(boite.width), int(boite.height)) in (A4, (595, 841))
    return sans_blancs(pages[0].extract_text())


def fiche(reponses: str, structure: Structure | None = None) -> bytes:
    ici = adresses.lire(reponses)
    assert ici
    return feuilles.fiche(ici, structure=structure)


def document(nom: str) -> bytes:
    return fiche(MANDAT) if nom == "fiche" else feuilles.affiche(nom, marque_etat=True)


chaque_document = pytest.mark.parametrize("nom", [*feuilles.AFFICHES, "fiche"])


# --- Readable by all ---


@chaque_document
def test_sheet_is_tagged_titled_and_in_french(nom: str) -> None:
    with pikepdf.open(BytesIO(document(nom))) as pdf, pdf.open_metadata() as xmp:
        assert xmp["pdfuaid:part"] == "1"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "fr"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert len(str(pdf.docinfo.Title)) > 10


@chaque_document
def test_headings_begin_with_the_title(nom: str) -> None:
    with pikepdf.open(BytesIO(document(nom))) as pdf:
        balises = [str(e.S) for e in elements(pdf.Root.StructTreeRoot)]
    titres = [balise for balise in balises if balise in ("/H1", "/H2", "/H3")]
    assert titres[0] == "/H1"
    assert titres.count("/H1") == 1
    assert "/H3" not in titres


@chaque_document
def test_every_figure_has_its_alternative(nom: str) -> None:
    with pikepdf.open(BytesIO(document(nom))) as pdf:
        figures = [e for e in elements(pdf.Root.StructTreeRoot) if str(e.S) == "/Figure"]
        assert all(str(figure.get("/Alt", "")) for figure in figures)
        assert len(figures) == {"arbre": 1, "fiche": 1}.get(nom, 0)


@chaque_document
@pytest.mark.parametrize("marque", [True, False])
def test_fonts_are_embedded_and_the_state_s_own_shown_on_demand(
    settings: pytest.FixtureRequest, nom: str, marque: bool
) -> None:
    settings.MARQUE_ETAT = marque  # type: ignore[attr-defined]
    octets = fiche(MANDAT) if nom == "fiche" else feuilles.affiche(nom, marque_etat=marque)
    with pikepdf.open(BytesIO(octets)) as pdf:
        polices = [
            str(objet.FontName)
            for objet in pdf.objects
            if isinstance(objet, pikepdf.Dictionary) and objet.get("/Type") == "/FontDescriptor"
        ]
    assert polices
    assert any("Marianne" in police for police in polices) is marque


def corps_de(octets: bytes) -> set[float]:
    """The sizes, in points, of all that is written on a document's page."""
    tailles: set[float] = set()

    def lire(texte: str, cm: list[float], tm: list[float], _police: object, taille: float) -> None:
        if texte.strip():
            tailles.add(round(taille * abs(tm[3]) * abs(cm[3]), 1))

    PdfReader(BytesIO(octets)).pages[0].extract_text(visitor_text=lire)
    return tailles


@chaque_document
@pytest.mark.parametrize(("marque", "minimum"), [(True, 11), (False, 10)])
def test_sheet_is_legible_at_arm_s_length(nom: str, marque: bool, minimum: int) -> None:
    """Eleven points; DejaVu Sans, in the picture of the tree, is as large as that with ten."""
    octets = fiche(MANDAT) if nom == "fiche" else feuilles.affiche(nom, marque_etat=marque)
    assert min(corps_de(octets)) >= minimum


# --- The posters ---


def test_poster_of_the_tree_names_every_node() -> None:
    octets = document("arbre")
    texte = texte_de(octets)
    assert not [n.cle for n in NOEUDS.values() if sans_blancs(n.texte.titre) not in texte]
    with pikepdf.open(BytesIO(octets)) as pdf:
        figure = next(e for e in elements(pdf.Root.StructTreeRoot) if str(e.S) == "/Figure")
        lu = str(figure.Alt)
    assert all(noeud.texte.titre in lu for noeud in NOEUDS.values())


def test_poster_of_the_orientation_is_the_table_of_the_profiles() -> None:
    octets = document("orientation")
    texte = texte_de(octets)
    for profil in PROFILS.values():
        for attendu in (profil.titre, profil.aller, profil.ou):
            assert sans_blancs(attendu) in texte
    with pikepdf.open(BytesIO(octets)) as pdf:
        balises = [str(e.S) for e in elements(pdf.Root.StructTreeRoot)]
    assert balises.count("/TR") == len(PROFILS) + 1


def test_sheet_of_what_is_signed_has_its_three_boxes() -> None:
    texte = texte_de(document("ce-que-je-signe"))
    boites = ("J’autorisel’aidant", "Jem’engage", "J’ail’assurance")
    assert sorted(texte.index(boite) for boite in boites) == [texte.index(b) for b in boites]


@pytest.mark.parametrize("nom", feuilles.AFFICHES)
def test_poster_is_served_as_a_pdf(client: Client, nom: str) -> None:
    reponse = client.get(reverse("parcours_affiche", args=[nom]))
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse["Content-Disposition"] == f'inline; filename="{nom}.pdf"'
    assert reponse.content.startswith(b"%PDF")


def test_unknown_poster_is_not_found(client: Client) -> None:
    assert client.get(reverse("parcours_affiche", args=["inconnue"])).status_code == 404


# --- The fiche ---


@pytest.mark.parametrize("chemin", CHEMINS)
def test_fiche_says_answers_and_next_steps_on_one_page(chemin: str, db: None) -> None:
    """With the ten démarches, full lists and the longest names."""
    for numero in range(7):
        FournisseurIdentiteFactory(nom=f"Compte au nom assez long {numero}", il_faut="Papiers " * 8)
        SiteDemarcheFactory(nom=f"Site au nom assez long, numéro {numero}")
    structure = Structure(nom="Maison des solidarités " * 5, adresse="1 rue " * 9, commune="Ville")
    texte = texte_de(fiche(f"{TOUTES}/{chemin}", structure))
    marche = arbre.parcourir(chemin.split("/"))
    assert marche
    assert marche.issue
    for pas in marche.pas:
        assert sans_blancs(pas.question.texte.titre) in texte
        assert sans_blancs(pas.reponse.texte.libelle) in texte
    for ligne in (marche.issue.texte.titre, *marche.issue.texte.maintenant):
        assert sans_blancs(ligne) in texte
    assert all(sans_blancs(demarche.titre) in texte for demarche in DEMARCHES.values())


def test_fiche_lists_the_addresses_of_its_outcome() -> None:
    LieuFormationFactory(nom="Médiathèque", adresse="3 place Verte", telephone="02 99 00 00 09")
    suite = MANDAT.replace("choix-mandat", "choix-apprendre")
    texte = texte_de(fiche(suite))
    assert sans_blancs("Médiathèque : 3 place Verte, 02 99 00 00 09") in texte


def test_fiche_of_an_aidant_says_where_they_are(client_aidant: Client, aidant: Aidant) -> None:
    octets = client_aidant.get(reverse("parcours_fiche", args=[MANDAT])).content
    texte, structure = texte_de(octets), aidant.structures().get()
    for attendu in (structure.nom, structure.adresse_complete, structure.telephone):
        assert sans_blancs(attendu) in texte
    assert sans_blancs(aidant.nom) not in texte


def test_fiche_of_a_visitor_names_no_structure(client: Client, aidant: Aidant) -> None:
    octets = client.get(reverse("parcours_fiche", args=[MANDAT])).content
    assert sans_blancs(aidant.structures().get().nom) not in texte_de(octets)


def test_fiche_is_the_same_for_everyone() -> None:
    """No name, no date, no number: two people with the same answers have the same page."""
    assert texte_de(fiche(MANDAT)) == texte_de(fiche(MANDAT))
