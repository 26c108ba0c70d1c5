"""A structure whose lists grow long: many usagers, and one who signs there again and again."""

from dataclasses import dataclass

from django.db import transaction

from aidants.models import Appartenance
from tests.factories import AppartenanceFactory, MandatFactory, UsagerFactory
from usagers.models import Usager

LOT = 250  # mandats in a transaction


@dataclass(frozen=True, kw_only=True)
class Guichet:
    """A structure, one of its aidants, and the person who has most mandats there."""

    poste: Appartenance
    fidele: Usager

    @classmethod
    def ouvrir(cls) -> "Guichet":
        """With one mandat, of the person who will have others."""
        poste, fidele = AppartenanceFactory(), UsagerFactory()
        MandatFactory(structure=poste.structure, aidant=poste.aidant, usager=fidele)
        return cls(poste=poste, fidele=fidele)

    def porter_a(self, *, usagers: int, mandats: int) -> None:
        """Bring it to so many usagers, and one of them to so many mandats, all but one over."""
        ici = {"structure": self.poste.structure, "aidant": self.poste.aidant}
        for _ in range(mandats - self.fidele.mandats.count()):
            MandatFactory(**ici, usager=self.fidele, expire=True)
        presents = self.poste.structure.mandats.values("usager").distinct().count()
        for debut in range(presents, usagers, LOT):
            with transaction.atomic():
                for _ in range(min(LOT, usagers - debut)):
                    MandatFactory(**ici)
