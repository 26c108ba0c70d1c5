"""Spreadsheets that people give and take: CSV and XLSX, read with care, written without formulas.

Pure: no model, no request. What is wrong with a file is a value (`Erreur`), in words for the page;
it never repeats what a cell holds, which may be a secret.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import PurePath
from typing import Any

TAILLE_MAX = 5_000_000  # bytes of a file
LIGNES_MAX = 10_000
EXTENSIONS = ".csv,.txt,.tsv,.xlsx"
_TAILLE_DEPLIEE = 20_000_000  # bytes of an XLSX once unzipped
_PARTIES_MAX = 200
_COLONNES_MAX = 50
_CASE_MAX = 2_000  # characters
_CHIFFRES_SURS = 10**15  # beyond, Excel has rounded the number
_ZEROS_MAX = 255  # characters that Excel takes in the format of a number
_TAMPON = 32_000  # characters written at a time

# What makes a cell a formula, behind any blank: Excel reads the full-width signs as well.
_FORMULE = re.compile(r"[\s\0\ufeff\u200b]*[=+\-@＝＋－＠]|\s*[\t\r\n\0]")
_INTERDITS = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SEPARATEURS = (";", "\t", ",")
_ANNONCE = re.compile(r"sep=.(?=[\r\n])", re.IGNORECASE)  # what Excel writes above some files
# Parts of an XLSX that call another file, a database or a program.
_DEHORS = ("externallinks/", "connections.xml", "querytables/", "vbaproject.bin", "embeddings/")
# What openpyxl and the parsers below it raise on a file that is not what it says; each was met.
_ILLISIBLE = (
    zipfile.BadZipFile, zlib.error, SyntaxError, LookupError, ValueError, TypeError, AttributeError,
    EOFError, OSError, RuntimeError, ArithmeticError, AssertionError,
)  # fmt: skip


@dataclass(frozen=True)
class Colonne:
    """A column that one expects, found by its title or another of its names.

    An `obligatoire` one must be there, and each of its cells filled.
    """

    cle: str
    titre: str
    obligatoire: bool = True
    autres: tuple[str, ...] = ()

    @property
    def noms(self) -> set[str]:
        return {_normaliser(nom) for nom in (self.cle, self.titre, *self.autres)}


@dataclass(frozen=True)
class Erreur:
    """Where and why; `ligne` counts from 1 as a spreadsheet does, None for the whole file."""

    ligne: int | None
    colonne: str
    message: str

    @property
    def phrase(self) -> str:
        ou = f"ligne {self.ligne}" if self.ligne else ""
        if self.colonne:
            ou += f"{', ' if ou else ''}colonne « {self.colonne} »"
        return f"{ou[0].upper()}{ou[1:]} : {self.message}" if ou else self.message


@dataclass(frozen=True)
class Rang:
    """One row: its line in the file, and the text of each column by its key ("" when absent)."""

    ligne: int
    valeurs: Mapping[str, str]


@dataclass(frozen=True)
class Tableau:
    rangs: tuple[Rang, ...] = ()
    erreurs: tuple[Erreur, ...] = ()
    encodage: str = ""  # of a CSV, to be shown: Windows-1252 is a guess


@dataclass(frozen=True)
class _Case:
    texte: str
    refus: str = ""


@dataclass
class _Grille:
    """Rows with their lines, not yet matched with the columns."""

    lignes: Iterator[tuple[int, list[_Case]]]
    encodage: str = ""


class _Refus(Exception):
    def __init__(self, message: str, *, ligne: int | None = None, colonne: str = "") -> None:
        super().__init__(message)
        self.erreur = Erreur(ligne, colonne, message)


def lire(nom_fichier: str, contenu: bytes, *, colonnes: tuple[Colonne, ...]) -> Tableau:
    """Read the first sheet of a file; raise nothing, whatever the bytes.

    The first row that is not blank names the columns; unknown ones are left aside. Give it no more
    than `TAILLE_MAX + 1` bytes of an upload: it refuses that file without the rest being read.
    """
    try:
        grille = _ouvrir(nom_fichier, contenu, colonnes)
        return _ranger(grille, colonnes)
    except _Refus as refus:
        return Tableau(erreurs=(refus.erreur,))


def _ouvrir(nom_fichier: str, contenu: bytes, colonnes: tuple[Colonne, ...]) -> _Grille:
    if len(contenu) > TAILLE_MAX:
        raise _Refus(f"Ce fichier est trop gros : {TAILLE_MAX // 1_000_000} Mo au plus.")
    if not contenu.strip():
        raise _Refus("Ce fichier est vide.")
    extension = PurePath(nom_fichier.lower()).suffix
    if extension == ".xlsx" and contenu.startswith(b"PK"):
        return _Grille(_lignes_xlsx(contenu))
    if extension in (".csv", ".txt", ".tsv") and not contenu.startswith(
        (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    ):
        texte, encodage = _decoder(contenu)
        return _Grille(_lignes_csv(texte, _separateur(texte, colonnes)), encodage)
    raise _Refus("Ce format n’est pas reconnu. Enregistrez le fichier en CSV (UTF-8) ou en XLSX.")


# --- CSV ------------------------------------------------------------------------------------------


def _decoder(contenu: bytes) -> tuple[str, str]:
    """UTF-8, or else Windows-1252, told apart: accents of the second are never valid UTF-8."""
    if contenu.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Refus("Ce fichier est en UTF-16. Enregistrez-le au format « CSV UTF-8 ».")
    for codec, nom in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return _sans_controle(contenu.decode(codec)), nom
        except UnicodeDecodeError:
            continue
    raise _Refus("L’encodage de ce fichier n’est pas reconnu. Enregistrez-le en « CSV UTF-8 ».")


def _sans_controle(texte: str) -> str:
    if trouve := _INTERDITS.search(texte):
        ligne = len(re.findall(r"\r\n|\r|\n", texte[: trouve.start()])) + 1
        raise _Refus("cette ligne contient un caractère interdit.", ligne=ligne)
    return texte


def _debut(texte: str) -> int:
    """Where the rows begin; the line of `_ANNONCE` still counts as one, now blank."""
    annonce = _ANNONCE.match(texte)
    return annonce.end() if annonce else 0


def _separateur(texte: str, colonnes: tuple[Colonne, ...]) -> str:
    """The separator by which the first line names most of the columns."""
    lignes = io.StringIO(texte[_debut(texte) :], newline=None)
    premiere = next((ligne for ligne in lignes if ligne.strip()), "")
    attendus = set[str]().union(*(colonne.noms for colonne in colonnes))

    def reconnus(separateur: str) -> int:
        return sum(_normaliser(titre) in attendus for titre in premiere.split(separateur))

    return max(_SEPARATEURS, key=reconnus)


def _lignes_csv(texte: str, separateur: str) -> Iterator[tuple[int, list[_Case]]]:
    corps = io.StringIO(texte[_debut(texte) :], newline="")
    lecteur = csv.reader(corps, delimiter=separateur, strict=True)
    ligne = 1
    while True:
        try:
            rang = next(lecteur, None)
        except csv.Error as erreur:
            raise _Refus("cette ligne est mal écrite (guillemets ?).", ligne=ligne) from erreur
        if rang is None:
            return
        yield ligne, [_case(texte) for texte in rang]
        ligne = lecteur.line_num + 1


# --- XLSX -----------------------------------------------------------------------------------------


def _lignes_xlsx(contenu: bytes) -> Iterator[tuple[int, list[_Case]]]:
    _peser(contenu)
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, rarely used

        classeur = load_workbook(io.BytesIO(contenu), read_only=True, keep_links=False)
        feuille = classeur.worksheets[0]
        feuille.reset_dimensions()  # what the file says of its size may be false
        for ligne, rang in enumerate(feuille.iter_rows(max_col=_COLONNES_MAX), start=1):
            yield ligne, [_case_xlsx(case) for case in rang]
    except _ILLISIBLE as erreur:
        raise _Refus("Ce fichier XLSX est illisible. Enregistrez-le de nouveau.") from erreur


def _peser(contenu: bytes) -> None:
    """Refuse a bomb before it is unzipped: `zipfile` never reads more than the size declared."""
    try:
        parties = zipfile.ZipFile(io.BytesIO(contenu)).infolist()
    except _ILLISIBLE as erreur:
        raise _Refus("Ce fichier XLSX est illisible. Enregistrez-le de nouveau.") from erreur
    if len(parties) > _PARTIES_MAX or sum(p.file_size for p in parties) > _TAILLE_DEPLIEE:
        raise _Refus("Ce fichier XLSX est trop gros une fois ouvert.")
    if any(dehors in partie.filename.lower() for partie in parties for dehors in _DEHORS):
        raise _Refus(
            "Ce fichier appelle un autre fichier ou un programme. Enregistrez-le sans liaison ni "
            "macro."
        )


def _case_xlsx(case: Any) -> _Case:
    """`case` is a cell of openpyxl, or the place of one: it has no type that says both."""
    if case.value is None:
        return _Case("")
    if case.data_type == "f":
        return _Case("", "une formule est interdite ici. Collez la valeur.")
    if case.data_type == "e":
        return _Case("", "cette case contient une erreur du tableur.")
    if isinstance(case.value, date | time | timedelta):
        return _Case("", "le tableur y a mis une date ou une heure : mettez la colonne en Texte.")
    if isinstance(case.value, bool | int | float):
        return _nombre(case.value, zeros=_zeros(case.number_format))
    return _case(str(case.value))


def _zeros(format_nombre: str) -> int:
    """How many digits a number is shown with: « 00123 » is 123 with the format « 00000 ».

    A file of 7 kB can give each of its cells a format of a million digits: such a one says nothing.
    """
    nombre = len(format_nombre)
    return nombre if nombre <= _ZEROS_MAX and set(format_nombre) == {"0"} else 0


def _nombre(valeur: float, *, zeros: int = 0) -> _Case:
    """A number as one sees it: without ".0", and never one that the spreadsheet has rounded."""
    if isinstance(valeur, bool):
        return _Case("VRAI" if valeur else "FAUX")
    if not abs(valeur) < _CHIFFRES_SURS:
        return _Case("", "ce nombre est trop long : mettez la colonne au format Texte.")
    return _Case(str(int(valeur)).zfill(zeros) if valeur == int(valeur) else str(valeur))


# --- Both -----------------------------------------------------------------------------------------


def _case(texte: str) -> _Case:
    propre = texte.strip()
    if not propre:
        return _Case("")
    if _FORMULE.match(texte):
        return _Case("", "une formule est interdite ici (=, +, -, @ au début).")
    if _INTERDITS.search(propre):
        return _Case("", "cette case contient un caractère interdit.")
    if len(propre) > _CASE_MAX:
        return _Case("", "cette case est trop longue.")
    return _Case(propre)


def _ranger(grille: _Grille, colonnes: tuple[Colonne, ...]) -> Tableau:
    lignes = _pleines(grille.lignes)
    _, titres = next(lignes, (0, []))
    if not titres:
        raise _Refus("Ce fichier est vide.")
    places = _places(titres, colonnes)
    lecture = _Lecture(places, len(titres))
    for ligne, cases in lignes:
        lecture.ajouter(ligne, cases)
    if not lecture.rangs and not lecture.erreurs:
        raise _Refus("Ce fichier n’a aucune ligne sous les titres des colonnes.")
    return Tableau(tuple(lecture.rangs), tuple(lecture.erreurs), grille.encodage)


def _pleines(
    lignes: Iterable[tuple[int, list[_Case]]],
) -> Iterator[tuple[int, list[_Case]]]:
    """The rows that are not blank, up to the limit and the titles above."""
    pleines = 0
    for ligne, cases in lignes:
        if any(case.texte or case.refus for case in cases):
            pleines += 1
            yield ligne, cases
        if pleines > LIGNES_MAX + 1 or ligne > 2 * LIGNES_MAX:
            raise _Refus(f"Ce fichier a plus de {LIGNES_MAX} lignes. Coupez-le en plusieurs.")


def _places(titres: list[_Case], colonnes: tuple[Colonne, ...]) -> dict[int, Colonne]:
    """Which column stands at each place of a row."""
    if any(titre.refus for titre in titres):
        raise _Refus("La première ligne doit porter les titres des colonnes.")
    noms = [_normaliser(titre.texte) for titre in titres]
    places: dict[int, Colonne] = {}
    for colonne in colonnes:
        rangs = [rang for rang, nom in enumerate(noms) if nom in colonne.noms]
        if len(rangs) > 1:
            raise _Refus("ce titre est écrit plusieurs fois.", colonne=colonne.titre)
        if not rangs and colonne.obligatoire:
            raise _Refus(
                "cette colonne manque. La première ligne doit porter les titres.",
                colonne=colonne.titre,
            )
        places |= dict.fromkeys(rangs, colonne)
    return places


@dataclass
class _Lecture:
    places: dict[int, Colonne]
    largeur: int
    rangs: list[Rang] = field(default_factory=list)
    erreurs: list[Erreur] = field(default_factory=list)

    def ajouter(self, ligne: int, cases: list[_Case]) -> None:
        cases += [_Case("")] * (self.largeur - len(cases))
        avant = len(self.erreurs)
        if any(case.texte or case.refus for case in cases[self.largeur :]):
            self.erreurs.append(Erreur(ligne, "", "cette ligne a plus de cases que de titres."))
        for place, colonne in sorted(self.places.items()):
            if probleme := _probleme(cases[place], colonne):
                self.erreurs.append(Erreur(ligne, colonne.titre, probleme))
        if len(self.erreurs) == avant:
            valeurs = {colonne.cle: cases[place].texte for place, colonne in self.places.items()}
            self.rangs.append(Rang(ligne, valeurs))


def _probleme(case: _Case, colonne: Colonne) -> str:
    vide = colonne.obligatoire and not case.texte
    return case.refus or ("cette case est vide." if vide else "")


def _normaliser(titre: str) -> str:
    """A title without case, accents, spaces nor signs."""
    decompose = unicodedata.normalize("NFKD", titre.casefold())
    return "".join(signe for signe in decompose if signe.isalnum())


# --- Writing --------------------------------------------------------------------------------------


def neutraliser(valeur: str) -> str:
    """A text that a spreadsheet will show and never compute (OWASP ASVS 5.0, 1.2.10)."""
    return f"'{valeur}" if _FORMULE.match(valeur) else valeur


def ecrire_csv(lignes: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Rows as the bytes of a CSV that a French Excel opens: UTF-8 with its mark, semicolons.

    A generator: a hundred thousand rows hold no memory.
    """
    tampon = io.StringIO(newline="")
    tampon.write("\ufeff")
    scribe = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    for ligne in lignes:
        scribe.writerow([neutraliser(valeur) for valeur in ligne])
        if tampon.tell() > _TAMPON:
            yield _vider(tampon)
    yield _vider(tampon)


def _vider(tampon: io.StringIO) -> bytes:
    texte = tampon.getvalue()
    tampon.seek(0)
    tampon.truncate()
    return texte.encode()
