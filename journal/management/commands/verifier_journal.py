"""`manage.py verifier_journal`: read the whole journal again, and say what is wrong and where.

Exit code 0 without a finding, 1 with some, 2 when the verification could not be done.
"""

import json
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from journal.constats import CODES, Constat
from journal.note import Cle, NoteInvalide, Plume
from journal.registre import Registre
from journal.role import sous_le_role
from journal.verification import Reprise, Verification


class Command(BaseCommand):
    help = "Verify the journal: entries, trees, seals, witnesses, walls (findings J01 to J13)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        ajouter = parser.add_argument
        ajouter("--depuis", type=_taille, metavar="YEAR:SIZE", help="what was verified already")
        ajouter("--temoin", action="append", default=[], type=Path, metavar="FILE",
                help="a head, a mail of one or a token; may be given several times")  # fmt: skip
        ajouter("--cle", default=settings.CLE_SCEAU_PUBLIQUE, help="the public key to trust")
        ajouter("--reprise", type=Path, metavar="FILE",
                help="go on where a stopped verification left this file")  # fmt: skip
        ajouter("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        debut = time.monotonic()
        try:
            temoins = [(str(f), f.read_bytes()) for f in options["temoin"]]
            suivi = Suivi(options["reprise"])
            with sous_le_role("audit") as connexion:
                registre = Registre(connexion)
                registre.regler()
                verification = Verification(
                    registre, cle=_cle(options["cle"]), temoins=temoins,
                    depuis=options["depuis"], reprise=suivi.reprise, avancer=suivi.avancer,
                )  # fmt: skip
                constats = [*suivi.constats, *suivi.noter(verification.constats())]
        except (Error, OSError, ValueError) as erreur:
            raise CommandError(
                f"The journal could not be verified: {erreur}", returncode=2
            ) from erreur
        suivi.finir()
        self._dire(constats, time.monotonic() - debut, en_json=options["json"])
        if constats:
            sys.exit(1)

    def _dire(self, constats: list[Constat], duree: float, *, en_json: bool) -> None:
        if en_json:
            contenu = {"duree": round(duree, 3), "constats": [c.en_json() for c in constats]}
            self.stdout.write(json.dumps(contenu, ensure_ascii=False))
            return
        for constat in constats:
            self.stdout.write(f"{constat.code} {CODES[constat.code]} [{constat.lieu}]")
            self.stdout.write(f"    {constat.phrase}")
        bilan = f"{len(constats)} findings" if constats else "Nothing found"
        self.stdout.write(f"{bilan}, in {duree:.1f} s.")


class Suivi:
    """Progress: on a terminal, and in a file by which a stopped verification goes on."""

    def __init__(self, fichier: Path | None) -> None:
        self.fichier, self.reprise = fichier, None
        self.constats: list[Constat] = []
        self.trouves: list[Constat] = []
        if fichier is not None and fichier.exists():
            etat = json.loads(fichier.read_text(encoding="utf-8"))
            pile = [bytes.fromhex(empreinte) for empreinte in etat["pile"]]
            self.reprise = Reprise(etat["arbre"], etat["taille"], pile)
            self.constats = [Constat(**constat) for constat in etat["constats"]]

    def noter(self, constats: Any) -> list[Constat]:
        for constat in constats:
            self.trouves.append(constat)
        return self.trouves

    def avancer(self, reprise: Reprise, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{reprise.arbre}: {reprise.taille:,} of {total:,} leaves ")
            sys.stderr.flush()
        if self.fichier is not None:
            ecrits = dict.fromkeys([*self.constats, *self.trouves])
            etat = {
                "arbre": reprise.arbre,
                "taille": reprise.taille,
                "pile": [empreinte.hex() for empreinte in reprise.pile],
                "constats": [c.en_json() for c in ecrits if c.position is not None],
            }
            provisoire = self.fichier.with_suffix(".tmp")
            provisoire.write_text(json.dumps(etat), encoding="utf-8")
            provisoire.replace(self.fichier)

    def finir(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\n")
        if self.fichier is not None:
            self.fichier.unlink(missing_ok=True)


def _taille(texte: str) -> tuple[int, int]:
    try:
        annee, taille = texte.split(":")
        return int(annee), int(taille)
    except ValueError as erreur:
        raise ArgumentTypeError("YEAR:SIZE, as 2026:120000") from erreur


def _cle(texte: str) -> Cle | None:
    """The trusted key: given, set, or that of the sealer when this process holds it."""
    if texte:
        try:
            return Cle.lire(texte)
        except NoteInvalide as erreur:
            raise CommandError(str(erreur), returncode=2) from erreur
    return Plume(settings.CLE_SCEAU).cle if settings.CLE_SCEAU else None
