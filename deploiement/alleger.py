"""Make the light style sheet, fonts and pictograms of the site out of the installed DSFR.

    python -m deploiement.alleger

Writes what stands under `static/commun/` and is committed: `dsfr.css` (DSFR without what Internet
Explorer alone reads, the components of ABANDONNEES and the icons and colours that no page names),
`polices/` (three weights of Marianne cut to the letters of French; another letter loads the whole
font) and `pictogrammes-*.svg` (those of one page in one file). A test says when to run it.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import dsfr
from fontTools import subset  # type: ignore[import-untyped]  # has no hints

from aidants.demarches import DEMARCHES
from usagers.parcours.textes import ISSUES, REPONSES

RACINE = Path(__file__).resolve().parent.parent
DSFR = Path(dsfr.__file__).parent / "static" / "dsfr" / "dist"
SORTIE = RACINE / "static" / "commun"
SOURCES = {"templates": "*.html", "static/commun": "*.js", "static/mandats": "*.js"}
APPLICATIONS = ("aidants_connect", "fournisseur_identite", "mandats", "usagers", "aidants")

# Components of DSFR that this site does not show.
ABANDONNEES = frozenset(
    {"consent", "follow", "mega", "quote", "range", "segmented", "share", "transcription"}
)
# Kept only where a page names them: illustrative colours, marks of social networks.
VARIANTES = (
    r"--(?:green|blue|purple|pink|yellow|orange|brown|beige)-(?!france)[\w-]+|"
    r"btn--(?:bluesky|dailymotion|facebook|github|instagram|linkedin|mastodon|snapchat|telegram|"
    r"threads|tiktok|twitch|twitter|vimeo|youtube)"
)
LETTRES = (
    "U+0000-00FF,U+0152-0153,U+0178,U+02C6,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212"
)
GRAISSES = {"Regular": 400, "Medium": 500, "Bold": 700}
# The pictograms of a page that shows many, in one file.
PLANCHES: dict[str, tuple[str, ...]] = {
    "accueil": (
        "buildings/city-hall", "leisure/community", "document/document-signature",
        "digital/self-training", "digital/internet", "environment/human-cooperation",
        "document/contract", "document/sign-document", "document/document", "system/padlock",
        "map/compass",
    ),
    "franceconnect": (
        "digital/internet", "system/padlock", "digital/avatar", "digital/application",
        "system/success",
    ),
    "espace": ("map/compass", "document/document-signature", "digital/search"),
    "demarches": tuple(demarche.pictogramme for demarche in DEMARCHES.values()),
    "parcours": tuple(
        sorted(
            {reponse.pictogramme for reponse in REPONSES.values()}
            | {issue.pictogramme for issue in ISSUES.values()}
        )
    ),
}  # fmt: skip
DECIMALES = re.compile(r"(?<![\d.])\d+\.\d{3,}(?![.\d])")  # a number that stands apart
ACCOLADE = re.compile(r'"[^"]*"|\'[^\']*\'|[{}]')  # or a text, where a brace is a letter

Garde = Callable[[str], bool]


def classes_nommees() -> set[str]:
    """The DSFR classes that a page, a script or a view names."""
    fichiers = [f for d, motif in SOURCES.items() for f in (RACINE / d).rglob(motif)]
    fichiers += [f for app in APPLICATIONS for f in (RACINE / app).rglob("*.py")]
    return {c for f in fichiers for c in re.findall(r"\bfr-[\w-]*\w", f.read_text())}


# --- Style sheet ----------------------------------------------------------------------------------


def feuille() -> str:
    nommees = classes_nommees()
    principale = _filtrer(_lire("dsfr/dsfr.main.min.css"), lambda s: _est_montre(s, nommees))
    utilitaires = _filtrer(
        _lire("utility/utility.main.min.css"), lambda s: set(_classes(s)) <= nommees
    )
    surcharges = (DSFR.parents[1] / "css" / "dsfr-django-overrides.css").read_text()
    impression = _lire("dsfr.print.min.css")
    css = "\n".join((principale, utilitaires, surcharges, impression, *_polices_declarees()))
    return _embarquer(css) + "\n"


def _lire(chemin: str) -> str:
    """A file of DSFR, its addresses rewritten for `static/commun/`, without its licence's line."""
    css = re.sub(r"/\*!.*?\*/", "", (DSFR / chemin).read_text(), flags=re.S)
    return re.sub(r"url\((\.\./|(?=icons/|fonts/))", "url(../dsfr/dist/", css)


def _classes(selecteur: str) -> list[str]:
    return re.findall(r"\.(fr-[\w-]+)", selecteur)


def _est_montre(selecteur: str, nommees: set[str]) -> bool:
    classes = _classes(selecteur)
    if any(c.split("-")[1].split("_")[0] in ABANDONNEES for c in classes):
        return False
    return all(c in nommees for c in classes if re.search(VARIANTES, c))


def _filtrer(css: str, garder: Garde) -> str:
    """The rules of which `garder` keeps a selector, those of a condition too."""
    return "".join(_regles(css, garder))


def _regles(css: str, garder: Garde) -> Iterator[str]:
    for tete, corps in _blocs(css):
        if tete.startswith(("@media", "@supports")):
            dedans = _filtrer(corps, garder)
            if dedans:
                yield f"{tete}{{{dedans}}}"
        elif tete.startswith("@") and not corps:
            yield tete
        elif tete.startswith("@"):
            yield f"{tete}{{{corps}}}"
        elif gardes := [s for s in _selecteurs(tete) if garder(s)]:
            yield f"{','.join(gardes)}{{{corps}}}"


def _blocs(css: str) -> Iterator[tuple[str, str]]:
    """Each rule of a minified sheet: what stands before its braces, and between them."""
    debut = 0
    while (ouvrante := css.find("{", debut)) != -1:
        tete = css[debut:ouvrante].strip()
        if ";" in tete and tete.startswith("@charset"):
            declaration, _, tete = tete.partition(";")
            yield f"{declaration};", ""
        fin = _fermante(css, ouvrante)
        yield tete.strip(), css[ouvrante + 1 : fin]
        debut = fin + 1


def _fermante(css: str, ouvrante: int) -> int:
    profondeur = 0
    for trouve in ACCOLADE.finditer(css, ouvrante):
        profondeur += {"{": 1, "}": -1}.get(trouve.group(), 0)
        if profondeur == 0:
            return trouve.start()
    raise ValueError("A brace of the style sheet stays open.")


def _selecteurs(tete: str) -> list[str]:
    """The selectors of a list; a comma inside `:not(…)` separates nothing."""
    return re.findall(r"(?:[^,()]|\((?:[^()]|\([^()]*\))*\))+", tete)


def _embarquer(css: str) -> str:
    """Icons stand in the sheet itself: one request less for each."""

    def icone(trouve: re.Match[str]) -> str:
        svg = re.sub(r">\s+<", "><", (DSFR / trouve[1]).read_text().strip())
        donnees = quote(svg.replace('"', "'"), safe=" =:;/,()'")
        return f'url("data:image/svg+xml,{donnees}")'

    return re.sub(r"url\(\.\./dsfr/dist/(icons/[\w/-]+\.svg)\)", icone, css)


# --- Fonts and pictograms -------------------------------------------------------------------------


def _polices_declarees() -> Iterator[str]:
    """The cut weights: the last face that has a letter wins, the whole ones keep the others."""
    for nom, graisse in GRAISSES.items():
        yield (
            f"@font-face{{font-display:swap;font-family:Marianne;font-style:normal;"
            f'font-weight:{graisse};src:url(polices/Marianne-{nom}.woff2) format("woff2");'
            f"unicode-range:{LETTRES}}}"
        )


def police(nom: str) -> None:
    """Cut a weight of Marianne to LETTRES; screens smooth letters without its hints."""
    subset.main(
        [
            str(DSFR / "fonts" / f"Marianne-{nom}.woff2"),
            f"--unicodes={LETTRES}",
            "--flavor=woff2",
            "--layout-features=kern,mark,liga,ccmp,locl",
            "--no-hinting",
            f"--output-file={SORTIE / 'polices' / f'Marianne-{nom}.woff2'}",
        ]
    )


def planche(nom: str) -> str:
    """The pictograms of a page; each part keeps its name after that of its drawing."""
    dessins = "".join(_parties(chemin) for chemin in PLANCHES[nom])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80">{dessins}</svg>\n'


def _parties(chemin: str) -> str:
    svg = (DSFR / "artwork" / "pictograms" / f"{chemin}.svg").read_text()
    symboles = re.findall(r"<symbol .*?</symbol>", svg, flags=re.S)
    dessin = "".join(symboles).replace('id="artwork-', f'id="{chemin}-')
    return DECIMALES.sub(_arrondi, re.sub(r"\s+", " ", dessin))


def _arrondi(nombre: re.Match[str]) -> str:
    """A hundredth of a point is more than a screen shows."""
    return f"{float(nombre[0]):.2f}".rstrip("0").rstrip(".")


def main() -> None:
    (SORTIE / "dsfr.css").write_text(feuille())
    for nom in PLANCHES:
        (SORTIE / f"pictogrammes-{nom}.svg").write_text(planche(nom))
    for nom in GRAISSES:
        police(nom)


if __name__ == "__main__":
    main()
