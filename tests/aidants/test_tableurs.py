"""Spreadsheets: read whole or refused in words, and written so that nothing in them computes."""

import csv
import io
import zipfile
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from aidants import tableurs
from aidants.tableurs import Colonne, Rang, ecrire_csv, lire, neutraliser

COLONNES = (
    Colonne("nom", "Numéro de série", autres=("serial",)),
    Colonne("pas", "Pas", obligatoire=False),
)
ENTETE = "Numéro de série;Pas\n"
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


def classeur(*lignes: list[Any], formats: dict[str, str] | None = None) -> bytes:
    livre = Workbook()
    feuille: Any = livre.active
    for ligne in lignes:
        feuille.append(ligne)
    for case, genre in (formats or {}).items():
        feuille[case].data_type = genre
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def valeurs(nom: str, contenu: bytes) -> list[tuple[str, str]]:
    tableau = lire(nom, contenu, colonnes=COLONNES)
    assert tableau.erreurs == ()
    return [(rang.valeurs["nom"], rang.valeurs.get("pas", "")) for rang in tableau.rangs]


def phrases(nom: str, contenu: bytes) -> list[str]:
    tableau = lire(nom, contenu, colonnes=COLONNES)
    return [erreur.phrase for erreur in tableau.erreurs]


@pytest.mark.parametrize("separateur", [";", ",", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
def test_csv_of_every_spreadsheet(separateur: str, codec: str, fin: str) -> None:
    lignes = [["Numéro de série", "Pas"], ["été-1", "30"], [], ["A,b;c", "60"]]
    sortie = io.StringIO(newline="")
    csv.writer(sortie, delimiter=separateur, lineterminator=fin).writerows(lignes)
    contenu = sortie.getvalue().encode(codec)
    assert valeurs("cartes.csv", contenu) == [("été-1", "30"), ("A,b;c", "60")]


def classeur_au_format(format_nombre: str) -> bytes:
    livre = Workbook()
    feuille: Any = livre.active
    for ligne in (["Numéro de série", "Pas"], [123, 30], [1234567, 60]):
        feuille.append(ligne)
    feuille["A2"].number_format = feuille["A3"].number_format = format_nombre
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def test_number_keeps_the_zeros_that_one_sees() -> None:
    contenu = classeur_au_format("00000")
    assert valeurs("a.xlsx", contenu) == [("00123", "30"), ("1234567", "60")]


def test_format_of_a_million_zeros_fills_no_memory() -> None:
    contenu = classeur_au_format("0" * 1_000_000)
    assert valeurs("a.xlsx", contenu) == [("123", "30"), ("1234567", "60")]


@pytest.mark.parametrize("valeur", [date(2027, 1, 31), time(8, 30), timedelta(hours=30)])
def test_serial_number_that_became_a_date_is_said(valeur: object) -> None:
    (phrase,) = phrases("a.xlsx", classeur(["Numéro de série", "Pas"], [valeur, 30]))
    assert "une date ou une heure" in phrase


def test_line_that_excel_writes_above_is_not_a_title() -> None:
    for separateur in ";,":
        texte = f"sep={separateur}\r\nSerial{separateur}Pas\r\nA{separateur}30\r\n"
        assert valeurs("a.csv", texte.encode("utf-8-sig")) == [("A", "30")]
    faux = f"sep=;\n{ENTETE}=1+1;30".encode()
    assert phrases("a.csv", faux)[0].startswith("Ligne 3")


def test_encoding_is_told_apart() -> None:
    lus = [lire("a.csv", f"{ENTETE}é;30".encode(c), colonnes=COLONNES) for c in ("utf-8", "cp1252")]
    assert [tableau.encodage for tableau in lus] == ["UTF-8", "Windows-1252"]


@pytest.mark.parametrize("titre", ["NUMÉRO DE SÉRIE", "numero de serie", " N u m é ro-De_Série ",
                                   "Serial"])  # fmt: skip
def test_titles_match_without_case_accents_nor_spaces(titre: str) -> None:
    assert valeurs("a.csv", f"{titre}\nA1".encode()) == [("A1", "")]


def test_lines_are_those_of_the_file() -> None:
    tableau = lire("a.csv", f'\n{ENTETE}\n"A";30\n'.encode(), colonnes=COLONNES)
    assert tableau.rangs == (Rang(4, {"nom": "A", "pas": "30"}),)


def test_xlsx_is_read_as_text() -> None:
    contenu = classeur(["Numéro de série", "Pas", "Autre"], ["0012", 30], [1200.0, 30.5],
                       [None, None], ["x", True])  # fmt: skip
    assert valeurs("a.XLSX", contenu) == [
        ("0012", "30"), ("1200", "30.5"), ("x", "VRAI"),
    ]  # fmt: skip


@pytest.mark.parametrize("formule", ["=1+1", "+33", "-1", "@SUM(A1)", '"\t=1"', ' ="a"', "＝1"])
def test_formula_cells_are_refused_by_name(formule: str) -> None:
    ligne = '"' + formule.strip('"').replace('"', '""') + '";30'
    (phrase,) = phrases("a.csv", f"{ENTETE}A;30\n{ligne}".encode())
    assert phrase.startswith("Ligne 3, colonne « Numéro de série » : une formule")


def test_formula_cells_of_xlsx_are_refused() -> None:
    contenu = classeur(
        ["Numéro de série", "Pas"], ["A", "=A1"], ["=B", 30], ["#N/A", -3],
        formats={"A3": "s", "A4": "e"},
    )  # fmt: skip
    assert [phrase.split(":")[0].strip() for phrase in phrases("a.xlsx", contenu)] == [
        "Ligne 2, colonne « Pas »",
        "Ligne 3, colonne « Numéro de série »",
        "Ligne 4, colonne « Numéro de série »",
    ]


def test_number_that_the_spreadsheet_rounded_is_refused() -> None:
    contenu = classeur(["Numéro de série"], [1234567890123456789])
    assert "format Texte" in phrases("a.xlsx", contenu)[0]


@pytest.mark.parametrize(
    ("nom", "contenu", "attendu"),
    [
        ("a.csv", b"", "vide"),
        ("a.csv", b" \r\n ", "vide"),
        ("a.csv", ENTETE.encode(), "aucune ligne"),
        ("a.csv", b"\xef\xbb\xbf", "vide"),
        ("a.csv", ENTETE.encode("utf-16"), "UTF-16"),
        ("a.csv", ENTETE.encode() + b"\x81\x8d;30", "encodage"),
        ("a.csv", f"{ENTETE}A\0B;30".encode(), "Ligne 2 : cette ligne contient un caractère"),
        ("a.csv", b"Pas\n30", "Colonne « Numéro de série » : cette colonne manque"),
        ("a.csv", b"serial;serial\nA;B", "plusieurs fois"),
        ("a.csv", b"serial;Numero de serie\nA;B", "plusieurs fois"),
        ("a.csv", f"{ENTETE};30".encode(), "Ligne 2, colonne « Numéro de série » : cette case est"),
        ("a.csv", f"{ENTETE}A;30;B".encode(), "plus de cases que de titres"),
        ("a.csv", f'{ENTETE}"A;30'.encode(), "guillemets"),
        ("a.csv", f"{ENTETE}{'A' * 3000};30".encode(), "trop longue"),
        ("a.ods", b"PK\x03\x04", "pas reconnu"),
        ("a.csv", b"PK\x03\x04", "pas reconnu"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "pas reconnu"),
        ("a.pdf", b"%PDF", "pas reconnu"),
        ("a.xlsx", ENTETE.encode(), "pas reconnu"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "illisible"),
        ("", b"a", "pas reconnu"),
    ],
)
def test_what_is_wrong_is_said(nom: str, contenu: bytes, attendu: str) -> None:
    (phrase,) = phrases(nom, contenu)
    assert attendu in phrase


def archive(**parties: bytes) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as zip_:
        for nom, contenu in parties.items():
            zip_.writestr(nom, contenu)
    return sortie.getvalue()


def remplacer(contenu: bytes, nom: str, texte: bytes) -> bytes:
    """An XLSX with one of its parts replaced, or added."""
    with zipfile.ZipFile(io.BytesIO(contenu)) as lu:
        parties = {partie: lu.read(partie) for partie in lu.namelist()}
    return archive(**parties | {nom: texte})


def test_zip_bomb_is_refused_before_it_is_unzipped() -> None:
    bombe = archive(**{"xl/workbook.xml": bytes(30_000_000)})
    assert len(bombe) < 100_000
    assert "trop gros une fois ouvert" in phrases("a.xlsx", bombe)[0]


@pytest.mark.parametrize("partie", ["xl/externalLinks/externalLink1.xml", "xl/vbaProject.bin"])
def test_file_that_calls_out_is_refused(partie: str) -> None:
    contenu = remplacer(classeur(["serial"], ["A"]), partie, b"<a/>")
    assert "autre fichier ou un programme" in phrases("a.xlsx", contenu)[0]


def test_entities_are_refused() -> None:
    feuille = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>
    <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>"""
    contenu = remplacer(classeur(["serial"], ["A"]), "xl/worksheets/sheet1.xml", feuille)
    assert "illisible" in phrases("a.xlsx", contenu)[0]


def test_row_that_lies_about_its_number_does_not_hold_the_reader() -> None:
    feuille = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
    <sheetData><row r="1"><c r="A1" t="str"><v>serial</v></c></row>
    <row r="99999999999"><c t="str"><v>A</v></c></row></sheetData></worksheet>"""
    contenu = remplacer(classeur(["serial"], ["A"]), "xl/worksheets/sheet1.xml", feuille)
    assert "plus de 10000 lignes" in phrases("a.xlsx", contenu)[0]


def test_twenty_megabytes_are_refused_at_once() -> None:
    (phrase,) = phrases("a.csv", b"\0" * 20_000_000)
    assert "trop gros" in phrase


@pytest.mark.parametrize("nom", ["a.csv", "a.xlsx"])
def test_ten_thousand_rows_and_no_more(nom: str) -> None:
    lignes = [["serial"], *([f"A{n}"] for n in range(tableurs.LIGNES_MAX))]
    en_trop = [*lignes, ["B"]]
    texte = "\n".join(ligne[0] for ligne in lignes)
    juste = texte.encode() if nom == "a.csv" else classeur(*lignes)
    trop = f"{texte}\nB".encode() if nom == "a.csv" else classeur(*en_trop)
    assert len(valeurs(nom, juste)) == tableurs.LIGNES_MAX
    assert "Coupez-le" in phrases(nom, trop)[0]


@given(st.binary(max_size=500), st.sampled_from(["a.csv", "a.xlsx", "a.ods", "a"]))
def test_garbage_never_raises(contenu: bytes, nom: str) -> None:
    tableau = lire(nom, contenu, colonnes=COLONNES)
    assert tableau.erreurs or tableau.rangs


XLSX = classeur(["serial", "Pas"], ["A", 30], ["B", 60.5])


@given(st.integers(0, len(XLSX) - 1), st.binary(min_size=1, max_size=8))
def test_damaged_xlsx_never_raises(place: int, octets: bytes) -> None:
    abime = XLSX[:place] + octets + XLSX[place + len(octets) :]
    assert lire("a.xlsx", abime, colonnes=COLONNES) is not None


@given(st.data())
def test_damaged_parts_of_an_xlsx_never_raise(data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(XLSX)) as lu:
        nom = data.draw(st.sampled_from(lu.namelist()))
        texte = lu.read(nom)
    place = data.draw(st.integers(0, len(texte) - 1))
    octets = data.draw(st.sampled_from([b"", b"<", b'"', b"0", b"-1", b"999999999999", b"\xff"]))
    abime = remplacer(XLSX, nom, texte[:place] + octets + texte[place + 1 :])
    assert lire("a.xlsx", abime, colonnes=COLONNES) is not None


TEXTES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(TEXTES, TEXTES), min_size=1, max_size=5))
def test_what_is_written_is_read_back_or_neutralised(lignes: list[tuple[str, str]]) -> None:
    contenu = b"".join(ecrire_csv([("Numéro de série", "Pas"), *lignes]))
    tableau = lire("a.csv", contenu, colonnes=COLONNES)
    attendues = [tuple(neutraliser(v).strip() for v in ligne) for ligne in lignes]
    lues = [(rang.valeurs["nom"], rang.valeurs["pas"]) for rang in tableau.rangs]
    assert not any("formule" in erreur.message for erreur in tableau.erreurs)
    assert lues == [ligne for ligne in attendues if ligne[0]]


@given(st.text(max_size=30))
def test_nothing_that_is_written_computes(texte: str) -> None:
    ecrit = neutraliser(texte)
    assert ecrit in (texte, f"'{texte}")
    assert ecrit.strip()[:1] not in set("=+-@＝＋－＠")
    assert neutraliser(ecrit) == ecrit


def test_export_opens_in_a_french_excel() -> None:
    assert b"".join(ecrire_csv([("Été", "=1"), ("a;b", 'c"')])) == (
        '\ufeffÉté;\'=1\r\n"a;b";"c"""\r\n'.encode()
    )


def test_long_export_leaves_piece_by_piece() -> None:
    morceaux = list(ecrire_csv([("x" * 100,)] * 1000))
    assert len(morceaux) > 2
    assert max(map(len, morceaux)) < 40_000
