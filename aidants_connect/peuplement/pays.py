"""The country: drawn from a seed, the same each time, without a database.

At factor 1: 200 structures, 2,000 aidants, 20,000 usagers, about 25,000 mandats and 500,000 acts of
eighteen months. One structure has a quarter of the usagers (at most 5,000), another 500 usagers
and 1,000 mandats; one usager there has 22: the extremes that a list or a page must bear.
"""

import random
import uuid
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any, TypeVar

from aidants.demarches import DEMARCHES
from aidants_connect.peuplement.noms import COMMUNES, NOMS, PRENOMS, SERVICES
from mandats.durees import DUREES

T = TypeVar("T")
RECUL = timedelta(days=548)
GRANDE, MOYENNE = 0, 1  # ranks of the two structures that lists are measured on
FIDELE = 22  # mandats of one usager
CONNEXIONS_PAR_AIDANT = 40
REVOQUES = 0.04
_POIDS_DUREES = {1: 15, 31: 20, 182: 25, 365: 40}


@dataclass(frozen=True, kw_only=True)
class Effectifs:
    structures: int
    aidants: int
    usagers: int
    mandats: int
    entrees: int

    @classmethod
    def pour(cls, facteur: float) -> "Effectifs":
        return cls(
            structures=max(3, round(200 * facteur)),
            aidants=max(10, round(2_000 * facteur)),
            usagers=max(60, round(20_000 * facteur)),
            mandats=max(90, round(25_000 * facteur)),
            entrees=max(1_000, round(500_000 * facteur)),
        )


@dataclass(slots=True)
class Lieu:
    """A structure."""

    id: str
    nom: str
    code_postal: str
    commune: str
    aidants: "list[Personne]" = field(default_factory=list)


@dataclass(slots=True)
class Personne:
    """An aidant or an usager, of one structure."""

    id: str
    prenom: str
    nom: str
    lieu: Lieu
    naissance: str = ""
    nom_complet: str = field(init=False)

    def __post_init__(self) -> None:
        self.nom_complet = f"{self.prenom} {self.nom.upper()}"


@dataclass(slots=True)
class Contrat:
    """A mandat."""

    id: str
    rang: int
    usager: Personne
    aidant: Personne
    duree: int
    signe_le: datetime
    fin: datetime
    revoque_le: datetime | None = None
    perimetres: "list[Perimetre]" = field(default_factory=list)

    @property
    def ouvert_jusqua(self) -> datetime:
        return self.revoque_le or self.fin


@dataclass(slots=True)
class Perimetre:
    """An autorisation."""

    id: str
    contrat: Contrat
    demarche: str


@dataclass(slots=True)
class Usage:
    """A connexion to a service."""

    id: str
    demande: str
    perimetre: Perimetre
    aidant: Personne
    service: int  # rank in `SERVICES`
    instant: datetime


Acte = tuple[datetime, str, Any]  # when, the action's key, upon what


def uuid_tire(hasard: random.Random) -> str:
    chiffres = f"{hasard.getrandbits(128):032x}"
    return f"{chiffres[:8]}-{chiffres[8:12]}-4{chiffres[13:16]}-a{chiffres[17:20]}-{chiffres[20:]}"


class Pays:
    def __init__(self, effectifs: Effectifs, *, graine: int, fin: datetime) -> None:
        self.effectifs, self.fin = effectifs, fin.astimezone(UTC)
        self.debut = self.fin - RECUL
        self.hasard = random.Random(graine)  # noqa: S311 - data, not secrets
        self.lieux = [self._lieu(rang) for rang in range(effectifs.structures)]
        self.aidants = [self._aidant(rang) for rang in range(effectifs.aidants)]
        self.usagers = [self._usager(rang) for rang in range(effectifs.usagers)]
        self.contrats: list[Contrat] = []
        self._signer()
        self.usages: list[Usage] = []
        self.actes = self._actes()

    def tirer(self) -> str:
        """An id of UUID version 4, as text: it is written a hundred times more than computed."""
        return uuid_tire(self.hasard)

    def choisir(self, suite: "Sequence[T]") -> "T":
        """One of a sequence; `choice` takes eight times as long to be fair to the last bit."""
        return suite[int(self.hasard.random() * len(suite))]

    def service(self, rang: int) -> str:
        return str(uuid.uuid5(uuid.UUID(self.lieux[GRANDE].id), SERVICES[rang][0]))

    # --- People and places ---

    def _lieu(self, rang: int) -> Lieu:
        code_postal, commune = COMMUNES[rang % len(COMMUNES)]
        nom = f"Maison de services de {commune} {rang + 1}"
        return Lieu(id=self.tirer(), nom=nom, code_postal=code_postal, commune=commune)

    def _personne(self, lieu: Lieu, naissance: str = "") -> Personne:
        prenom, nom = self.choisir(PRENOMS), self.choisir(NOMS)
        return Personne(id=self.tirer(), prenom=prenom, nom=nom, lieu=lieu, naissance=naissance)

    def _aidant(self, rang: int) -> Personne:
        aidant = self._personne(self.lieux[rang % len(self.lieux)])
        aidant.lieu.aidants.append(aidant)
        return aidant

    def _usager(self, rang: int) -> Personne:
        annee, mois, jour = self._date_de_naissance()
        return self._personne(self._lieu_de(rang), f"{annee}-{mois:02}-{jour:02}")

    def _date_de_naissance(self) -> tuple[int, int, int]:
        return (
            self.hasard.randint(1930, 2004), self.hasard.randint(1, 12), self.hasard.randint(1, 28),
        )  # fmt: skip

    def _lieu_de(self, rang: int) -> Lieu:
        """A quarter of the first to the great structure, the next 500 to the other one."""
        grands = min(5_000, self.effectifs.usagers // 4)
        if rang < grands:
            return self.lieux[GRANDE]
        if rang < grands + min(500, self.effectifs.usagers // 8):
            return self.lieux[MOYENNE]
        return self.lieux[2 + self.hasard.randrange(len(self.lieux) - 2)]

    # --- Mandats ---

    def _signer(self) -> None:
        """Each usager has one at least; who has several has them one after the other."""
        moyens = [u for u in self.usagers if u.lieu is self.lieux[MOYENNE]]
        restent = max(0, self.effectifs.mandats - len(self.usagers) - FIDELE - len(moyens))
        autres = [u for u in self.usagers if u.lieu is not self.lieux[MOYENNE]]
        doubles = set(map(id, self.hasard.sample(autres, min(restent, len(autres)))))
        for usager in self.usagers:
            nombre = 2 if usager.lieu is self.lieux[MOYENNE] or id(usager) in doubles else 1
            self._suite(usager, FIDELE if usager is moyens[0] else nombre)

    def _suite(self, usager: Personne, nombre: int) -> None:
        pas = RECUL / nombre
        for rang in range(nombre):
            debut = self.debut + rang * pas
            dernier = rang == nombre - 1
            signe_le = self._ouvre(debut + pas * (self.hasard.random() * (1 if dernier else 0.3)))
            self._contrat(usager, min(signe_le, self.fin - timedelta(hours=1)), pas, dernier)

    def _contrat(self, usager: Personne, signe_le: datetime, pas: timedelta, dernier: bool) -> None:
        durees = [d for d in DUREES if dernier or timedelta(days=d) < pas * 0.6]
        poids = [_POIDS_DUREES[d] for d in durees] or [1]
        duree = self.hasard.choices(durees or [1], poids)[0]
        contrat = Contrat(
            id=self.tirer(), rang=len(self.contrats), usager=usager,
            aidant=self.choisir(usager.lieu.aidants), duree=duree, signe_le=signe_le,
            fin=signe_le + timedelta(days=duree),
        )  # fmt: skip
        contrat.perimetres = [
            Perimetre(id=self.tirer(), contrat=contrat, demarche=cle)
            for cle in self.hasard.sample(list(DEMARCHES), self.hasard.randint(1, 5))
        ]
        if self.hasard.random() < REVOQUES:
            vecu = min(contrat.fin, self.fin) - signe_le
            contrat.revoque_le = signe_le + vecu * self.hasard.random()
        self.contrats.append(contrat)

    def _ouvre(self, instant: datetime) -> datetime:
        """The same day, at an hour when a structure is open."""
        heure = 7 + int(self.hasard.random() * 10)  # UTC
        return instant.replace(hour=heure, minute=self.hasard.randrange(60))

    # --- Acts ---

    def _actes(self) -> list[Acte]:
        actes: list[Acte] = []
        for contrat in self.contrats:
            actes += _vie(contrat)
        actes += self._connexions()
        actes += self._utilisations((self.effectifs.entrees - len(actes)) // 2)
        actes.sort(key=lambda acte: acte[0])
        return actes

    def _connexions(self) -> list[Acte]:
        duree = self.fin - self.debut
        return [
            (self.debut + duree * self.hasard.random(), "connexion", aidant)
            for aidant in self.aidants
            for _ in range(CONNEXIONS_PAR_AIDANT)
        ]

    def _utilisations(self, nombre: int) -> list[Acte]:
        """Uses, the more of them the longer a mandat was open; two acts each."""
        bornes = [min(c.ouvert_jusqua, self.fin) - c.signe_le for c in self.contrats]
        cumul = list(accumulate(b.total_seconds() ** 0.5 for b in bornes))
        actes: list[Acte] = []
        for _ in range(max(0, nombre)):
            rang = min(bisect(cumul, self.hasard.random() * cumul[-1]), len(cumul) - 1)
            contrat = self.contrats[rang]
            instant = contrat.signe_le + bornes[rang] * self.hasard.random()
            usage = self._usage(contrat, instant)
            self.usages.append(usage)
            actes.append((instant, "jeton_remis", usage))
            actes.append((instant + timedelta(milliseconds=400), "utilisation", usage))
        return actes

    def _usage(self, contrat: Contrat, instant: datetime) -> Usage:
        perimetre = self.choisir(contrat.perimetres)
        return Usage(
            id=self.tirer(), demande=self.tirer(), perimetre=perimetre, instant=instant,
            aidant=self.choisir(contrat.usager.lieu.aidants),
            service=self.choisir(_OFFRES[perimetre.demarche]),
        )  # fmt: skip


_OFFRES = {
    cle: [rang for rang, (_, _, cles) in enumerate(SERVICES) if not cles or cle in cles]
    for cle in DEMARCHES
}


def _vie(contrat: Contrat) -> list[Acte]:
    """Its signature and its end, line by line."""
    actes: list[Acte] = [(contrat.signe_le, "signature", contrat)]
    actes += [(contrat.signe_le, "autorisation_creee", p) for p in contrat.perimetres]
    if contrat.revoque_le:
        actes += [(contrat.revoque_le, "autorisation_revoquee", p) for p in contrat.perimetres]
        actes.append((contrat.revoque_le, "mandat_revoque", contrat))
    return actes
