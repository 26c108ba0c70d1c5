"""`manage.py peupler --facteur N`: fill an empty database with a made-up country, to measure."""

import gc
import os
from argparse import ArgumentParser
from functools import partial
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.utils import timezone
from tqdm import tqdm

from aidants_connect.peuplement import ecriture, tables
from aidants_connect.peuplement.copie import copier, sans_entraves
from aidants_connect.peuplement.ecriture import Chantier
from aidants_connect.peuplement.pays import Effectifs, Pays
from journal.models import Entree
from journal.note import Plume
from journal.role import sous_le_role
from journal.scelleur import Scelleur
from mandats.models import Mandat

SANS_DELAI = "-c statement_timeout=0 -c synchronous_commit=off -c maintenance_work_mem=512MB"


class Command(BaseCommand):
    help = "Fill an empty database with a made-up country, its uses and its sealed journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--facteur", type=float, default=1.0, help="1 is 25,000 mandats and 500,000 acts"
        )
        parser.add_argument("--graine", type=int, default=1, help="another seed, another country")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.EN_PRODUCTION:
            raise CommandError("These people do not exist: this never runs in production.")
        if not settings.CLE_SCEAU:
            raise CommandError("CLE_SCEAU is missing: the journal is sealed as it is written.")
        call_command("migrate", verbosity=0)
        if Mandat.objects.exists() or Entree.objects.filter(action="signature").exists():
            raise CommandError("This database holds mandats: an empty one is needed.")
        debut = os.times().elapsed
        gc.disable()  # millions of objects that live to the end: none to look for
        effectifs = Effectifs.pour(options["facteur"])
        pays = Pays(effectifs, graine=options["graine"], fin=timezone.now())
        self._ecrire(pays, graine=options["graine"], muet=options["verbosity"] == 0)
        temps = os.times()
        self.stdout.write(
            f"{len(pays.lieux)} structures, {len(pays.aidants)} aidants, "
            f"{len(pays.usagers)} usagers, {len(pays.contrats)} mandats, {len(pays.actes)} acts,"
            f" in {temps.elapsed - debut:.0f} s,"
            f" {sum(temps[:4]):.0f} s of CPU beside what PostgreSQL took."
        )

    def _ecrire(self, pays: Pays, *, graine: int, muet: bool) -> None:
        connecter = _sous_le_proprietaire()
        premier = 1 + (Entree.objects.order_by("-id").values_list("id", flat=True).first() or 0)
        _fermer()  # a forked process must not share a connection
        modeles = list(tables.lignes(pays))
        noms = [*(modele._meta.db_table for modele, _ in modeles), *ecriture.TABLES]
        remettre = partial(tqdm, desc="keys and indexes", disable=muet)
        with (
            connecter() as proprietaire,
            sans_entraves(proprietaire, noms, suivre=remettre),
        ):
            with proprietaire.cursor() as curseur:
                for modele, lignes in tqdm(modeles, desc="tables", disable=muet):
                    copier(curseur, modele, lignes)
            self._actes(Chantier(pays, premier, graine, connecter), muet=muet)
            suivant = premier + len(pays.actes)
            proprietaire.execute(f"ALTER TABLE journal_entree ALTER id RESTART WITH {suivant}")
        with connecter() as proprietaire:
            # As a country that grew would be: no page waits for autovacuum, nor works beside it.
            proprietaire.execute("VACUUM (ANALYZE)")

    def _actes(self, chantier: Chantier, *, muet: bool) -> None:
        processus = max(1, min(4, (os.cpu_count() or 2)))
        barre = tqdm(total=len(chantier.pays.actes), desc="acts", unit="", disable=muet)
        with barre, sous_le_role("sceau") as connexion:
            scelleur = Scelleur(connexion, Plume(settings.CLE_SCEAU))
            for nombre in ecriture.ecrire(chantier, scelleur, processus=processus):
                barre.update(nombre)


def _sous_le_proprietaire() -> Any:
    """How to connect as the role that owns the tables, outside Django's own connection."""
    params = connection.get_connection_params()
    acces = {
        "host": params.get("host", ""), "port": params.get("port", ""),
        "dbname": params["dbname"], "user": settings.BASE_PROPRIETAIRE["USER"],
        "password": settings.BASE_PROPRIETAIRE.get("PASSWORD", ""), "options": SANS_DELAI,
    }  # fmt: skip
    utiles = {cle: valeur for cle, valeur in acces.items() if valeur}
    return lambda: psycopg.connect(**utiles, autocommit=True)


def _fermer() -> None:
    for connexion in connections.all():
        connexion.close()
        connexion.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's backend has it
