"""`manage.py creer_fs`: register a FS; its secret is printed once."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fournisseur_identite.forms import FournisseurServiceForm
from fournisseur_identite.models import FournisseurService
from fournisseur_identite.models.services import Alg, Authentification, Politique
from journal.models import PLATEFORME


class Command(BaseCommand):
    help = "Register a client (FS) with the checks of the admin; print its client_id and secret."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("nom", help="shown to the aidant")
        parser.add_argument("site", help="address of the site")
        parser.add_argument("--redirect-uri", action="append", required=True, dest="redirect_uris")
        parser.add_argument("--post-logout-redirect-uri", action="append", default=[])
        parser.add_argument("--backchannel-logout-uri", default="", dest="logout_uri")
        parser.add_argument("--client-id", default="")
        parser.add_argument("--politique", choices=Politique.values, default=Politique.PARTENAIRE)
        parser.add_argument("--demarche", action="append", default=[], dest="demarches")
        parser.add_argument("--jwks", type=Path, help="file: the client proves who it is by a key")
        parser.add_argument("--jwks-uri", default="", help="or where it publishes that file")
        parser.add_argument("--par", action="store_true", help="require pushed requests")
        parser.add_argument("--id-token-alg", choices=Alg.values, default=Alg.ES256)
        parser.add_argument("--userinfo-alg", choices=["ES256", "RS256"], help="sign userinfo")
        parser.add_argument("--act", action="store_true", help="tell the site who the aidant is")

    def handle(self, *_: Any, **options: Any) -> None:
        form = FournisseurServiceForm(_saisie(options))
        if not form.is_valid():
            raise CommandError(
                " ".join(f"{champ}: {texte}" for champ, e in form.errors.items() for texte in e)
            )
        fs = form.save(commit=False)
        secret = FournisseurService.objects.enregistrer(fs, par=PLATEFORME)
        self.stdout.write(f"client_id={fs.client_id}")
        if fs.authentification == Authentification.SECRET:
            self.stdout.write(f"client_secret={secret}")


def _saisie(options: dict[str, Any]) -> dict[str, Any]:
    """What the form of the admin would have been sent."""
    simples = ("nom", "site", "politique", "demarches", "logout_uri", "jwks_uri", "id_token_alg")
    jwks: Path | None = options["jwks"]
    par_cle = bool(jwks or options["jwks_uri"])
    client_id = (
        options["client_id"] or FournisseurService._meta.get_field("client_id").get_default()
    )
    return {champ: options[champ] for champ in simples} | {
        "client_id": client_id,
        "redirect_uris": "\n".join(options["redirect_uris"]),
        "post_logout_redirect_uris": "\n".join(options["post_logout_redirect_uri"]),
        "authentification": Authentification.CLE if par_cle else Authentification.SECRET,
        "jwks": json.dumps(json.loads(jwks.read_text())) if jwks else "",
        "par_exige": options["par"],
        "userinfo_signe": bool(options["userinfo_alg"]),
        "userinfo_alg": options["userinfo_alg"] or Alg.ES256,
        "voit_l_aidant": options["act"],
        "actif": True,
    }
