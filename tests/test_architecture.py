"""The shape of the code (style.md): layers of keys, sizes, templates in use, one door for codes."""

import ast
import math
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.models import ForeignObject

RACINE = Path(settings.BASE_DIR)
COUCHES = ["journal", "aidants", "usagers", "mandats", "fournisseur_identite", "aidants_connect"]
PRODUIT = [*COUCHES, "demo"]
GABARITS = RACINE / "templates"


def fichiers(*dossiers: str, motif: str = "*.py") -> list[Path]:
    """The files of these folders that people write: no migration."""
    trouves = (f for dossier in dossiers for f in (RACINE / dossier).rglob(motif))
    return sorted(f for f in trouves if not {"migrations", "node_modules"} & set(f.parts))


def nom(fichier: Path) -> str:
    return str(fichier.relative_to(RACINE))


def trouver(motif: str, ou: list[Path]) -> list[str]:
    """Where a pattern occurs, as `file:line`."""
    expression = re.compile(motif)
    return [
        f"{nom(fichier)}:{numero}"
        for fichier in ou
        for numero, ligne in enumerate(fichier.read_text().splitlines(), start=1)
        if expression.search(ligne)
    ]


# --- Layers ---------------------------------------------------------------------------------------


def test_foreign_keys_never_climb() -> None:
    """import-linter cannot see a key written as a string; the registry of models can."""
    nos_modeles = [
        m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in COUCHES
    ]
    fautes = [
        f"{modele._meta.label}.{champ.name} -> {cible}"
        for modele in nos_modeles
        for champ in modele._meta.get_fields(include_parents=False)
        if isinstance(champ, ForeignObject)
        and (cible := champ.related_model._meta.app_label) in COUCHES
        and COUCHES.index(cible) > COUCHES.index(modele._meta.app_label)
    ]
    assert {m._meta.app_label for m in nos_modeles} == set(COUCHES)
    assert fautes == []


def test_no_key_leaves_the_journal() -> None:
    """Deleting something elsewhere cannot force a line open (securite.md, 1.1)."""
    cibles = {
        champ.related_model._meta.app_label
        for modele in apps.get_app_config("journal").get_models()
        for champ in modele._meta.get_fields()
        if isinstance(champ, ForeignObject)
    }
    assert cibles == {"journal"}


def test_journal_imports_no_other_app() -> None:
    autres = "|".join([*COUCHES[1:], "demo"])
    assert trouver(rf"^\s*(from|import) ({autres})\b", fichiers("journal")) == []


# --- Sizes ----------------------------------------------------------------------------------------


def fonctions() -> Iterator[tuple[str, int]]:
    """Each function of the product with its number of lines, its decorators left out."""
    for fichier in fichiers(*PRODUIT):
        for noeud in ast.walk(ast.parse(fichier.read_text())):
            if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
                fin = noeud.end_lineno or noeud.lineno
                yield f"{nom(fichier)}:{noeud.name}", fin - noeud.lineno + 1


def centile_95(longueurs: list[int]) -> int:
    return sorted(longueurs)[math.ceil(len(longueurs) * 0.95) - 1]


def lignes(fichier: Path) -> int:
    return len(fichier.read_text().splitlines())


def test_functions_are_short() -> None:
    tailles = dict(fonctions())
    assert {nom: taille for nom, taille in tailles.items() if taille > 50} == {}
    assert median(tailles.values()) <= 8
    assert centile_95(list(tailles.values())) <= 30


def test_views_are_short() -> None:
    tailles = [taille for nom, taille in fonctions() if "/views/" in nom]
    assert median(tailles) <= 15


@pytest.mark.parametrize(("dossiers", "plafond"), [(PRODUIT, 400), (["tests"], 300)])
def test_files_are_short(dossiers: list[str], plafond: int) -> None:
    longs = {nom(f): lignes(f) for f in fichiers(*dossiers) if lignes(f) > plafond}
    assert longs == {}


def test_templates_are_short() -> None:
    assert centile_95([lignes(f) for f in fichiers("templates", motif="*.html")]) <= 120


def test_no_module_without_a_subject() -> None:
    fourre_tout = {"utils", "helpers", "common", "core", "services_communs", "misc"}
    assert [nom(f) for f in fichiers(*PRODUIT) if fourre_tout & {*f.parts, f.stem}] == []


# --- Templates ------------------------------------------------------------------------------------

# What Django and its libraries ask for by themselves.
PAR_DJANGO = {
    "400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html",
    "django/forms/errors/list/ul.html",
}  # fmt: skip


def test_every_template_is_used() -> None:
    gabarits = {str(f.relative_to(GABARITS)) for f in GABARITS.rglob("*") if f.is_file()}
    textes = [*fichiers(*PRODUIT), *fichiers("templates", motif="*.html")]
    source = "\n".join(fichier.read_text() for fichier in textes)
    inutiles = {g for g in gabarits - PAR_DJANGO - _de_l_admin(gabarits) if f'"{g}"' not in source}
    assert {g for g in inutiles if not _compose(g, source)} == set()


def _de_l_admin(gabarits: set[str]) -> set[str]:
    """Those that Django's admin finds by their name: its own, or one for an app or a model."""
    siens = {f.name for f in (Path(admin.__file__).parent / "templates/admin").glob("*.html")}
    return {g for g in gabarits if g.startswith("admin/") and g.rpartition("/")[2] in siens}


def _compose(gabarit: str, source: str) -> bool:
    """Whether a name with a variable part can give this one: `f"mandats/courriels/{genre}.txt"`."""
    formes = re.findall(r'f"([\w/]*\{[^"]+?\.(?:html|txt))"', source)
    motifs = [re.sub(r"\\\{.*?\\\}", r"[\\w]+", re.escape(forme)) for forme in formes]
    return any(re.fullmatch(motif, gabarit) for motif in motifs)


EN_LIGNE = [
    r"<style\b(?![^>]*\bsrc)",
    r"<script\b(?![^>]*\bsrc)",
    r"\sstyle\s*=",
    r"\son[a-z]+\s*=\s*[\"']",
    r"javascript:",
]


@pytest.mark.parametrize("motif", EN_LIGNE)
def test_no_inline_script_nor_style(motif: str) -> None:
    """The content security policy has no `unsafe-inline`; a mail has no other place for styles."""
    pages = [f for f in fichiers("templates", motif="*.html") if f.parent != GABARITS / "courriels"]
    assert trouver(motif, pages) == []


def test_nothing_is_declared_safe() -> None:
    assert trouver(r"\|\s*safe\b|autoescape off", fichiers("templates", motif="*.html")) == []
    portes = trouver(r"\bmark_safe\b|\bSafeString\(|__html__", fichiers(*PRODUIT))
    # The answers of the FAQ, written by the supervision, in a Markdown without HTML.
    assert {porte.split(":")[0] for porte in portes} == {"aidants_connect/markdown.py"}


# --- Doors ----------------------------------------------------------------------------------------


def test_codes_are_checked_through_one_door() -> None:
    """django-otp's `verify_token` locks the device; a device's own method lets a code in twice."""
    appels = trouver(r"\bverify_token\(|\bmatch_token\(", fichiers(*PRODUIT))
    fichiers_ = {appel.split(":")[0] for appel in appels}
    # The device of ours defines what django-otp calls; `facteurs` alone calls django-otp.
    assert fichiers_ == {"aidants/facteurs.py", "aidants/models/facteurs.py"}
    assert trouver(r"\.(verify|match)_token\(", fichiers(*PRODUIT)) == []


def test_no_signals() -> None:
    motif = r"django\.dispatch|db\.models\.signals|\breceiver\(|@receiver|\bSignal\("
    assert trouver(motif, fichiers(*PRODUIT)) == []


def test_no_side_effect_in_save_nor_delete() -> None:
    assert trouver(r"def (save|delete)\(self", fichiers(*PRODUIT)) == []


def test_journal_is_written_by_inscrire_alone() -> None:
    creations = r"\b(Entree|Sujet)(\.objects\.(create|bulk_create)\(|\()"
    ailleurs = [f for f in fichiers(*PRODUIT) if nom(f) != "journal/models.py"]
    assert trouver(creations, ailleurs) == []


def test_no_sign_of_french_begins_a_line() -> None:
    """« ? », « ! », « : » and « ; » are held to their word by a no-break space."""
    fautes = [
        f"{page}: {faute.group()}"
        for page in sorted((RACINE / "templates").rglob("*.html"))
        for texte in re.split(r"<[^>]*>|\{[%{#].*?[%}#]\}", page.read_text(), flags=re.S)
        for faute in re.finditer(r"\w [?!;:](?=\s|$)", texte)
    ]
    assert not fautes
