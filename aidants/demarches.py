"""The ten démarches: the perimeters that a mandat can open. Pure data.

`libelle_fc` is the value of FranceConnect's `rep_scope` for the perimeter (its public
vocabulary); `pictogramme` names one of the DSFR's own set.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Demarche:
    cle: str
    titre: str
    sujets: str
    exemples: str
    libelle_fc: str
    pictogramme: str
    avertissement: str = ""


_TOUTES = (
    Demarche(
        cle="papiers",
        titre="Papiers - Citoyenneté - Élections",
        sujets="état civil, passeport, élections, carte d’identité",
        exemples="ANTS, Défenseur des droits",
        libelle_fc="Papier-Citoyenneté-Elections",
        pictogramme="document/national-identity-card-passport",
    ),
    Demarche(
        cle="famille",
        titre="Famille - Scolarité",
        sujets="allocations familiales, naissance, mariage, Pacs, scolarité",
        exemples="CAF, EduConnect",
        libelle_fc="Famille-Scolarité",
        pictogramme="buildings/school",
    ),
    Demarche(
        cle="social",
        titre="Social - Santé",
        sujets="carte Vitale, chômage, handicap, RSA, personnes âgées",
        exemples="ameli.fr, MSA",
        libelle_fc="Social-Santé",
        pictogramme="health/health",
    ),
    Demarche(
        cle="travail",
        titre="Travail - Formation",
        sujets="CDD, concours, retraite, démission, période d’essai",
        exemples="France Travail, Mon compte formation, info-retraite.fr",
        libelle_fc="Travail-Formation",
        pictogramme="buildings/companie",
    ),
    Demarche(
        cle="logement",
        titre="Logement",
        sujets="allocations logement, permis de construire, logement social",
        exemples="CAF",
        libelle_fc="Logement",
        pictogramme="buildings/house",
    ),
    Demarche(
        cle="transports",
        titre="Transports - Mobilité",
        sujets="carte grise, permis de conduire, contrôle technique, infractions",
        exemples="ANTS, ANTAI",
        libelle_fc="Transports-Mobilité",
        pictogramme="document/driving-licence",
    ),
    Demarche(
        cle="argent",
        titre="Argent - Impôts - Consommation",
        sujets="crédit immobilier, impôts, livret A, assurance",
        exemples="impots.gouv.fr",
        libelle_fc="Argent-Impots-Consommation",
        pictogramme="institutions/money",
        avertissement="Le dossier de surendettement est un acte personnel : l’usager doit le "
        "déposer lui-même (Code de la consommation, art. R. 721-2 et R. 761-1).",
    ),
    Demarche(
        cle="justice",
        titre="Justice",
        sujets="casier judiciaire, plainte, aide juridictionnelle, saisie",
        exemples="Télérecours citoyens",
        libelle_fc="Justice",
        pictogramme="institutions/justice",
    ),
    Demarche(
        cle="etranger",
        titre="Étranger - Europe",
        sujets="titres de séjour, attestation d’accueil, regroupement familial",
        exemples="OFPRA",
        libelle_fc="Etranger-Europe",
        pictogramme="document/passport",
    ),
    Demarche(
        cle="loisirs",
        titre="Loisirs - Sport - Culture",
        sujets="animaux, permis bateau, tourisme, permis de chasser",
        exemples="",
        libelle_fc="Loisirs-Sport-Culture",
        pictogramme="leisure/culture",
    ),
)

DEMARCHES: Final[dict[str, Demarche]] = {demarche.cle: demarche for demarche in _TOUTES}
CHOIX: Final = [(demarche.cle, demarche.titre) for demarche in _TOUTES]
_CLES_PAR_LIBELLE: Final = {demarche.libelle_fc: demarche.cle for demarche in _TOUTES}


def cle_de(valeur: str) -> str | None:
    """Return the key that a `rep_scope` value names, in FranceConnect's words or in ours."""
    return valeur if valeur in DEMARCHES else _CLES_PAR_LIBELLE.get(valeur)


def ordonner(cles: set[str] | list[str]) -> list[str]:
    """Return the keys in the order of the catalogue."""
    return [cle for cle in DEMARCHES if cle in cles]


def titres(cles: set[str] | list[str]) -> list[str]:
    """Return the titles, in the order of the catalogue."""
    return [DEMARCHES[cle].titre for cle in ordonner(cles)]
