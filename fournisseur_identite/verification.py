"""Is a FS's registration right? Read from what was typed; its `jwks_uri` alone is called."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fournisseur_identite import cles, jwks_distants
from fournisseur_identite.jwks import defaut_de_jwks
from fournisseur_identite.models import FournisseurService
from fournisseur_identite.models.services import Alg, Authentification, Politique

CETTE_MACHINE: Final = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Constat:
    """What was looked at, and what is wrong with it; nothing when it is right."""

    titre: str
    probleme: str = ""


def defaut_d_adresse(adresse: str) -> str:
    """Why an address cannot be registered (RFC 9700, 2.1): it is compared byte for byte."""
    if _est_exacte(adresse):
        return ""
    return f"{adresse} : une adresse complète en https, sans « # » ni « * »."


def _est_exacte(adresse: str) -> bool:
    try:
        parties = urlsplit(adresse)
    except ValueError:
        return False
    ici = parties.scheme == "http" and parties.hostname in CETTE_MACHINE
    sure = ici or (parties.scheme == "https" and bool(parties.hostname))
    return sure and "@" not in parties.netloc and not set("#*") & set(adresse)


def examiner(fs: FournisseurService) -> list[Constat]:
    """Everything that can be wrong, in the order of the form."""
    return [Constat(titre, controle(fs)) for titre, controle in CONTROLES]


def _adresses(champ: str) -> Callable[[FournisseurService], str]:
    def controle(fs: FournisseurService) -> str:
        valeur = getattr(fs, champ)
        adresses: Iterator[str] = iter(valeur if isinstance(valeur, list) else [valeur])
        return next(filter(None, (defaut_d_adresse(a) for a in adresses if a)), "")

    return controle


def _retours(fs: FournisseurService) -> str:
    if not fs.redirect_uris:
        return "Aucune adresse de retour."
    return _adresses("redirect_uris")(fs)


def _preuve(fs: FournisseurService) -> str:
    if fs.authentification == Authentification.SECRET:
        return "" if fs.secret_sha256 else "Aucun secret n’a été fait."
    if fs.jwks_uri:
        return defaut_d_adresse(fs.jwks_uri) or _lecture(fs)
    return defaut_de_jwks(fs.jwks) or ("" if fs.jwks else "Donnez les clés publiques du site.")


def _lecture(fs: FournisseurService) -> str:
    """Its keys, as they are published at this moment."""
    try:
        jwks_distants.lire(fs.jwks_uri)
    except jwks_distants.LectureImpossible as raison:
        return f"{fs.jwks_uri} : {raison}"
    return ""


def _algorithmes(fs: FournisseurService) -> str:
    manquants = {fs.id_token_alg, fs.userinfo_alg} - {Alg.HS256} - set(cles.ALGS)
    if manquants:
        return f"Algorithme inconnu : {', '.join(sorted(manquants))}."
    if fs.id_token_alg == Alg.HS256 and fs.politique != Politique.FRANCECONNECT:
        return "HS256 est réservé à FranceConnect."
    return ""


def _actif(fs: FournisseurService) -> str:
    return "" if fs.actif else "Le service est suspendu : toutes ses demandes sont refusées."


CONTROLES: Final[tuple[tuple[str, Callable[[FournisseurService], str]], ...]] = (
    ("Service actif", _actif),
    ("Adresses de retour exactes, en https", _retours),
    ("Adresses de sortie exactes, en https", _adresses("post_logout_redirect_uris")),
    ("Adresse de fin de session", _adresses("logout_uri")),
    ("Preuve d’identité : secret, ou clés publiques lisibles", _preuve),
    ("Algorithmes de signature", _algorithmes),
)
