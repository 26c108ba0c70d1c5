"""Where people go who have no French social-security number (born abroad, not in the RNIPP)."""

from dataclasses import dataclass
from typing import Final


def lue(adresse: str) -> str:
    """An address as it is read, and typed, from paper."""
    return adresse.removeprefix("https://").removeprefix("www.").rstrip("/")


@dataclass(frozen=True, kw_only=True)
class Lien:
    nom: str
    adresse: str

    @property
    def site(self) -> str:
        return lue(self.adresse)


CPAM: Final = Lien(nom="CPAM (Assurance maladie)", adresse="https://www.ameli.fr/")
CAF: Final = Lien(nom="CAF", adresse="https://www.caf.fr/")
MSA: Final = Lien(nom="MSA", adresse="https://www.msa.fr/")
CARSAT: Final = Lien(
    nom="Carsat (Assurance retraite)", adresse="https://www.lassuranceretraite.fr/"
)
COMPLEMENTAIRE: Final = Lien(nom="Retraite complémentaire", adresse="https://www.agirc-arrco.fr/")
REGIMES: Final = Lien(
    nom="Annuaire des régimes de retraite", adresse="https://www.info-retraite.fr/"
)


@dataclass(frozen=True, kw_only=True)
class Profil:
    """A situation, in the person's own words, and the bodies that register them."""

    cle: str
    titre: str
    court: str  # on the picture of the tree
    exemples: str
    aller: str  # the outcome's title: « Allez à la CPAM »
    ou: str  # where exactly
    organismes: tuple[Lien, ...]
    pictogramme: str
    accompagnement: str = "L’aidant cherche avec vous l’adresse et les horaires."


_TOUS = (
    Profil(
        cle="salarie",
        titre="Je suis salarié, ou je ne travaille pas",
        court="Salarié, ou sans travail",
        exemples="Employé, ouvrier, au chômage, au foyer.",
        aller="Allez à la CPAM ou à la CAF",
        ou="Cherchez la CPAM ou la CAF du département où vous travaillez, ou de celui où vous "
        "habitez.",
        organismes=(CPAM, CAF),
        pictogramme="buildings/companie",
    ),
    Profil(
        cle="agricole",
        titre="Je travaille dans l’agriculture",
        court="Agriculture",
        exemples="Salarié agricole, agriculteur, agricultrice.",
        aller="Allez à la MSA",
        ou="Cherchez la MSA de votre département.",
        organismes=(MSA,),
        pictogramme="environment/leaf",
    ),
    Profil(
        cle="independant",
        titre="Je travaille à mon compte",
        court="À mon compte",
        exemples="Artisan, commerçant, profession libérale.",
        aller="Allez à la CPAM",
        ou="Cherchez la CPAM de votre département.",
        organismes=(CPAM,),
        pictogramme="buildings/house",
    ),
    Profil(
        cle="regime-special",
        titre="J’ai un régime spécial",
        court="Régime spécial",
        exemples="Fonctionnaire, militaire, agent de la SNCF…",
        aller="Allez à votre régime spécial",
        ou="Cherchez le régime spécial de votre métier. Son nom est sur votre fiche de paie.",
        organismes=(REGIMES,),
        pictogramme="buildings/city-hall",
    ),
    Profil(
        cle="reversion",
        titre="Je suis né et je vis à l’étranger, je demande une pension de réversion",
        court="Pension de réversion",
        exemples="C’est la pension de la veuve ou du veuf.",
        aller="Écrivez à la caisse de retraite de la personne décédée",
        ou="Cherchez la caisse où cotisait la personne décédée : la Carsat, une caisse "
        "complémentaire, la MSA ou une autre.",
        organismes=(CARSAT, COMPLEMENTAIRE, MSA),
        pictogramme="map/airport",
        accompagnement="L’aidant cherche avec vous à quelle caisse écrire.",
    ),
    Profil(
        cle="asile",
        titre="Je demande l’asile",
        court="Demande d’asile",
        exemples="Ma demande est en cours.",
        aller="Allez à la CPAM avec un travailleur social",
        ou="Demandez à un travailleur social de venir avec vous à la CPAM, ou à un autre "
        "organisme. La CNAV suit ensuite votre numéro.",
        organismes=(CPAM,),
        pictogramme="environment/human-cooperation",
        accompagnement="L’aidant vous met en lien avec un travailleur social.",
    ),
)

PROFILS: Final[dict[str, Profil]] = {profil.cle: profil for profil in _TOUS}
