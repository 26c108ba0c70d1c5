"""`python -m bench tableau`: what is asked of the product, beside what this run has measured.

The targets, and what the public service of the same name took on two cores with 500,000 lines, were
written before anything was measured here. A figure in bold misses its target; what nothing has
measured is said. Written by the command: nobody types a figure.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.resultats import Chiffres, chiffres, ecrire, jour

FACTEURS: Final = ("1", "10")


@dataclass(frozen=True)
class Borne:
    """A figure by its name, where {f} is the factor; its unit, and what it may be at most."""

    chiffre: str
    unite: str
    borne: float
    au_moins: bool = False

    def case(self, valeur: float) -> str:
        precision = 1 if valeur % 1 and valeur < 100 else 0
        texte = f"{valeur:,.{precision}f} {self.unite}".strip()
        return texte if self.tenue(valeur) else f"**{texte}**"

    def tenue(self, valeur: float) -> bool:
        return valeur >= self.borne if self.au_moins else valeur <= self.borne


@dataclass(frozen=True)
class Ligne:
    """A line of the table; `jugee` is where its target holds, `page` who tells the rest."""

    quoi: str
    existant: str
    cible: str
    bornes: tuple[Borne, ...]
    page: str = "echelle"
    jugee: tuple[str, ...] = FACTEURS

    @property
    def par_pays(self) -> bool:
        return any("{f}" in borne.chiffre for borne in self.bornes)


def _page(nom: str, **bornes: float) -> tuple[Borne, ...]:
    """Statements, ms or kB of a page of the country."""
    return tuple(Borne(f"{nom}.{{f}}.{unite}", unite, borne) for unite, borne in bornes.items())


LIGNES: Final = (
    Ligne(
        "whole use, authorize to userinfo (6 requests)", "63 SQL, 715 ms CPU, 0.9 s",
        "<= 25 SQL, <= 25 ms CPU",
        (Borne("whole use, authorize to userinfo.{f}.SQL", "SQL", 25),
         Borne("whole use, authorize to userinfo.{f}.CPU", "ms CPU", 25)),
    ),
    Ligne(
        "whole uses a second, 2 cores, each journaled", "2.0", ">= 60",
        (Borne("uses.per second", "", 60, au_moins=True),), page="oidc",
    ),
    Ligne(
        "usagers list, structure of 500 usagers, 1,000 mandats", "5,813 SQL, 5.4 s, 762 kB",
        "<= 8 SQL, <= 40 ms, <= 40 kB",
        _page("usagers, the structure of 500 and 1,000 mandats", SQL=8, ms=40, kB=40),
    ),
    Ligne(
        "same, 5,000 usagers", "58,013 SQL, 45 s, HTTP 500",
        "same as for 500, within 20 % (median over median)",
        (*_page("usagers", SQL=8, ms=40, kB=40), Borne("usagers, 5,000 over 500.{f}", "x", 1.2)),
    ),
    Ligne(
        "choice of the usager in a use, 5,000 usagers", "3.9 s, 5.2 MB", "<= 40 ms, <= 30 kB",
        _page("choice of the usager in a use", ms=40, kB=30),
    ),
    Ligne(
        "usager detail, 22 mandats", "68 SQL, 189 ms", "<= 10 SQL, <= 30 ms",
        _page("usager with 22 mandats", SQL=10, ms=30),
    ),
    Ligne(
        "admin journal, list at 5 million lines", "1.95 s", "<= 80 ms",
        _page("admin journal", ms=80), jugee=("10",),
    ),
    Ligne(
        "admin journal, search at 5 million lines", "16.6 s", "<= 200 ms",
        _page("admin journal, an aidant's name searched", ms=200), jugee=("10",),
    ),
    Ligne(
        "public statistics at 5 million lines", "3.2 s", "<= 15 ms",
        _page("public statistics", ms=15), jugee=("10",),
    ),
    Ligne(
        "nightly statistics at 5 million lines: what is new by month, then the public figures",
        "277 s", "<= 10 s",
        (Borne("journal by month, what is new.{f}.s", "s", 10),
         Borne("public figures.{f}.s", "s", 10)), jugee=("10",),
    ),
    Ligne(
        "first screen: heaviest page, most files, from elsewhere, not immutable",
        "1.5 MB, 20 to 34 files, 60 s of cache, third-party scripts",
        "<= 150 kB compressed, <= 10 files, none, none",
        (Borne("weight.kB", "kB", 150), Borne("weight.files", "files", 10),
         Borne("weight.elsewhere", "", 0), Borne("weight.not immutable", "", 0)), page="etapes",
    ),
    Ligne(
        "first content on 400 kbit/s and 400 ms, slowest of six pages", "", "<= 2.5 s",
        (Borne("slow line.ms", "ms", 2500),), page="ligne-lente",
    ),
    Ligne(
        "worker memory, warm, signatures and a use served", "170 MB", "<= 120 MB",
        (Borne("memory.worker", "MB", 120),), page="demarrage",
    ),
    Ligne(
        "start to first answer", "6 s", "<= 2.5 s", (Borne("start.s", "s", 2.5),),
        page="demarrage",
    ),
    Ligne(
        "installed size", "467 MB", "<= 250 MB", (Borne("size.MB", "MB", 250),), page="demarrage",
    ),
)  # fmt: skip


def _valeurs(ligne: Ligne, faits: Chiffres, facteur: str) -> list[tuple[Borne, float]] | None:
    noms = [borne.chiffre.format(f=facteur) for borne in ligne.bornes]
    if not set(noms) <= faits.keys():
        return None
    return [(borne, faits[nom]) for borne, nom in zip(ligne.bornes, noms, strict=True)]


def rendre(ligne: Ligne, faits: Chiffres) -> str:
    """The line, as Markdown: what is not of a country stands once."""
    mesures = {facteur: _valeurs(ligne, faits, facteur) for facteur in FACTEURS}
    cases = [
        ", ".join(borne.case(valeur) for borne, valeur in mesure) if mesure else "not measured"
        for mesure in mesures.values()
    ]
    if not ligne.par_pays:
        cases[1] = "-"
    return (
        f"| {ligne.quoi} | {ligne.existant} | {ligne.cible} | {' | '.join(cases)} "
        f"| {_verdict(ligne, mesures)} | [{ligne.page}]({ligne.page}-{jour()}.md) |"
    )


def _verdict(ligne: Ligne, mesures: dict[str, list[tuple[Borne, float]] | None]) -> str:
    juges = [mesures[facteur] for facteur in ligne.jugee]
    if any(mesure is None for mesure in juges):
        return "not measured"
    tenues = [borne.tenue(valeur) for mesure in juges for borne, valeur in mesure or ()]
    return "yes" if all(tenues) else "**no**"


def main(_arguments: Sequence[str]) -> None:
    faits = chiffres()
    texte = [
        f"# What is asked, and what is measured, {jour()}",
        "",
        f"{os.cpu_count()} cores; made by `make bench` out of what its benches measured, whose "
        "pages stand beside with their profiles. Factor 1: 500,000 lines of journal; 10: 5,000,000."
        " kB before compression, but on the first screen. In bold, what misses its target.",
        "",
        "| what | existing service | target | factor 1 | factor 10 | met | more |",
        "|---|---|---|---|---|---|---|",
        *(rendre(ligne, faits) for ligne in LIGNES),
    ]
    texte += [
        "",
        "How long each bench of this run took: "
        + ", ".join(
            f"{nom.removeprefix('bench ').removesuffix('.s')} {duree:.0f} s"
            for nom, duree in faits.items()
            if nom.startswith("bench ")
        )
        + ".",
    ]
    ecrire("table", "\n".join(texte) + "\n")
