"""Reports of the nightly purge, as the supervision reads them."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from aidants_connect.models import Purge


class PurgeFactory(DjangoModelFactory[Purge]):
    class Meta:
        model = Purge

    commencee_le = factory.LazyFunction(timezone.now)
    finie_le = factory.SelfAttribute("commencee_le")
    lignes = factory.LazyFunction(lambda: [{"ou": "tables", "regle": "projets", "nombre": 2}])
