"""The state of the journal at this moment, cheaply: heads, lag, last verification, witnesses."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from journal.horodatage import AGE_MAX, GENRE
from journal.sceaux import Controle, Sceau, Temoin
from journal.verification import GRACE

# Below the last sealed id by so much, the verification alone looks.
MARGE = 10_000
_AGES = """
SELECT (
    SELECT min(e.instant) FROM journal_entree e
    WHERE e.id > (SELECT coalesce(max(entree_id), 0) - %s FROM journal_feuille)
        AND NOT EXISTS (SELECT 1 FROM journal_feuille f WHERE f.entree_id = e.id)
), (SELECT instant FROM journal_entree ORDER BY id LIMIT 1)
"""


@dataclass(frozen=True, kw_only=True)
class Etat:
    sceau: Sceau | None
    retard: timedelta  # of the oldest entry that waits for its seal
    controle: Controle | None
    jeton: Temoin | None
    horodatage: bool  # an authority is set
    age: timedelta  # of the first entry: a young journal has no night behind it
    instant: datetime

    @property
    def alarmes(self) -> list[str]:
        """What is wrong, in the words of `ALARMES`."""
        vrais = {
            "retard": self.retard > GRACE,
            "verification": self._verification_manque(),
            "constats": self.controle is not None and bool(self.controle.constats),
            "horodatage": self.horodatage
            and self._trop_vieux(self.jeton.instant if self.jeton else None),
        }
        return [alarme for alarme, vrai in vrais.items() if vrai]

    def _verification_manque(self) -> bool:
        dernier = self.controle
        return self._trop_vieux(dernier.fini_le if dernier else None) or bool(
            dernier and dernier.echec
        )

    def _trop_vieux(self, dernier: datetime | None) -> bool:
        if dernier is None:
            return self.age > AGE_MAX
        return self.instant - dernier > AGE_MAX


ALARMES = {
    "retard": "Des lignes attendent leur sceau depuis plus d’une minute.",
    "verification": "La dernière vérification a échoué, ou date de plus de 26 heures.",
    "constats": "La dernière vérification a trouvé quelque chose.",
    "horodatage": "Le dernier horodatage date de plus de 26 heures.",
    "courriel": "La dernière empreinte envoyée par courriel date de plus de 26 heures.",
}


def lire() -> Etat:
    maintenant = timezone.now()
    with connection.cursor() as curseur:
        curseur.execute(_AGES, [MARGE])
        attend, premiere = curseur.fetchone()
    return Etat(
        sceau=Sceau.objects.first(),
        retard=max(maintenant - attend, timedelta()) if attend else timedelta(),
        controle=Controle.objects.first(),
        jeton=Temoin.objects.filter(genre=GENRE).order_by("-numero").first(),
        horodatage=bool(settings.HORODATAGE_URL),
        age=maintenant - premiere if premiere else timedelta(),
        instant=maintenant,
    )
