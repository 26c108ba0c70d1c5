"""How many keyed hashes each key of the ring still holds: what `rechiffrer` cannot make again.

Those that live for days (tries, links, marks of browsers) are not counted: they end by themselves.
"""

from dataclasses import dataclass

from django.db import connection

from aidants.empreintes import nom_courant, noms_anciens

# The name of the key, empty before hashes had one (`empreintes.enfermer`), and how many it made.
_COMPTES = {
    "FranceConnect identifiers": """
SELECT sub_cle AS cle, count(*) FROM usagers_usager WHERE anonymise_le IS NULL GROUP BY cle
""",
    "paper codes": """
SELECT coalesce(substring(secret_code FROM '^([0-9a-f]{8}):'), '') AS cle, count(*)
FROM mandats_mandat GROUP BY cle
""",
    "recovery codes": """
SELECT coalesce(substring(code FROM '^..([0-9a-f]{8}):'), '') AS cle, count(*)
FROM aidants_carnetsecours, unnest(codes) AS code GROUP BY cle
""",
}


@dataclass(frozen=True)
class Reste:
    """So many hashes of one kind, made by one key."""

    quoi: str
    cle: str
    nombre: int

    def __str__(self) -> str:
        return f"{self.quoi}: {self.nombre} under {_dire(self.cle)}."


def compter() -> list[Reste]:
    with connection.cursor() as curseur:
        restes = [
            Reste(quoi, *ligne)
            for quoi, sql in _COMPTES.items()
            for ligne in curseur.execute(sql).fetchall()
        ]
    return sorted(restes, key=lambda reste: (reste.quoi, reste.cle != nom_courant(), reste.cle))


def _dire(cle: str) -> str:
    if not cle:
        return "the first key of this site (made before hashes named their key)"
    if cle == nom_courant():
        return f"the current key ({cle})"
    anciennes = noms_anciens()
    if cle in anciennes:
        return f"key {anciennes.index(cle) + 1} of CLES_EMPREINTES_ANCIENNES ({cle})"
    return f"a key that is not in the ring ({cle}): nobody is recognised by them"
