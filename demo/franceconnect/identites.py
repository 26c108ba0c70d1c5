"""The invented persons whom the simulator can identify.

Each shows one difficulty of real civil status data (FranceConnect's `OidcIdentityDto`): place codes
are INSEE's COG, abroad has no commune, a presumed birth date has zeros.
"""

from dataclasses import dataclass

FRANCE = "99100"
NOTRE_IDP_ID = "aidants-connect"


@dataclass(frozen=True)
class Identite:
    """A person as an identity provider describes her, `birthdate` in its raw form."""

    slug: str
    cas: str
    given_name: str
    family_name: str
    gender: str
    birthdate: str
    birthplace: str
    birthcountry: str
    lieu: str
    email: str = ""
    preferred_username: str = ""
    idp_id: str = "impots"

    @property
    def birthdate_complete(self) -> str:
        """Return the date with 01 for what is only presumed, as FranceConnect sends it to a FS."""
        return self.birthdate.replace("-00", "-01")

    @property
    def naissance(self) -> str:
        """Return « le 14/03/1957 », or « en 1962 (jour et mois inconnus) »."""
        annee, mois, jour = self.birthdate.split("-")
        if mois == "00":
            return f"en {annee} (jour et mois inconnus)"
        return f"en {mois}/{annee} (jour inconnu)" if jour == "00" else f"le {jour}/{mois}/{annee}"


TEST_IDENTITES = (
    Identite(
        slug="usuelle",
        cas="Cas le plus courant",
        given_name="Hélène Marie",
        family_name="L'HÉRITIER",
        gender="female",
        birthdate="1957-03-14",
        birthplace="29019",
        birthcountry=FRANCE,
        lieu="Brest (29019)",
        email="helene.lheritier@courriel.example",
    ),
    Identite(
        slug="etranger",
        cas="Né à l’étranger : aucune commune de naissance",
        given_name="Mamadou Lamine",
        family_name="N'DIAYE",
        gender="male",
        birthdate="1949-11-02",
        birthplace="",
        birthcountry="99341",
        lieu="Sénégal (99341)",
        email="mamadou.ndiaye@courriel.example",
        idp_id="ameli",
    ),
    Identite(
        slug="presumee",
        cas="Date de naissance présumée : seule l’année est connue",
        given_name="Malika",
        family_name="AÏT-OUFKIR",
        gender="female",
        birthdate="1962-00-00",
        birthplace="",
        birthcountry="99350",
        lieu="Maroc (99350)",
        email="malika.ait-oufkir@courriel.example",
    ),
    Identite(
        slug="outremer",
        cas="Né outre-mer : département à trois chiffres",
        given_name="Jean-Noël",
        family_name="PAYET",
        gender="male",
        birthdate="1988-12-25",
        birthplace="97411",
        birthcountry=FRANCE,
        lieu="Saint-Denis, La Réunion (97411)",
        email="jean-noel.payet@courriel.example",
        idp_id="ameli",
    ),
    Identite(
        slug="nom_usage",
        cas="Avec un nom d’usage",
        given_name="Éléonore Zoé",
        family_name="FRANÇOIS",
        preferred_username="LE GUÉNNEC",
        gender="female",
        birthdate="1991-06-30",
        birthplace="75112",
        birthcountry=FRANCE,
        lieu="Paris 12e (75112)",
        email="eleonore.leguennec@courriel.example",
    ),
    Identite(
        slug="sans_courriel",
        cas="Sans adresse électronique, né en Corse",
        given_name="Noël Ange",
        family_name="SANTONI",
        gender="male",
        birthdate="1938-02-28",
        birthplace="2A004",
        birthcountry=FRANCE,
        lieu="Ajaccio (2A004)",
        idp_id="ameli",
    ),
)

# To be refused by the product: an aidant must not sign a mandat through Aidants Connect.
CIRCULAIRE = Identite(
    slug="aidants_connect",
    cas="Identité venue d’Aidants Connect : le produit doit la refuser",
    given_name="Solène",
    family_name="MARÉCHAL",
    gender="female",
    birthdate="1979-09-09",
    birthplace="67482",
    birthcountry=FRANCE,
    lieu="Strasbourg (67482)",
    email="solene.marechal@courriel.example",
    idp_id=NOTRE_IDP_ID,
)

IDENTITES = {identite.slug: identite for identite in (*TEST_IDENTITES, CIRCULAIRE)}
