"""Links that travel by mail: single use, for a time, and never stored.

The token is a keyed hash of the row and of its version: it is made again when the mail leaves, a
copy of the database holds none, and a new version kills the links sent before.
"""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone

from aidants.empreintes import empreinte, est_empreinte

TAILLE_JETON = 40


class LienParCourriel(models.Model):
    USAGE: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    expire_le: "models.DateTimeField[str | datetime, datetime]" = models.DateTimeField(
        "valable jusqu’au"
    )

    class Meta:
        abstract = True

    @property
    def jeton(self) -> str:
        """40 hex digits (160 bits)."""
        return empreinte(self._contenu, usage=f"lien:{self.USAGE}")[:TAILLE_JETON]

    @property
    def _contenu(self) -> str:
        return f"{self.pk}:{self.version}"

    def est_ouvert_par(self, jeton: str) -> bool:
        """Whether `jeton` is this link's own, of its last version; constant time."""
        usage = f"lien:{self.USAGE}"
        return est_empreinte(jeton, self._contenu, usage=usage, longueur=TAILLE_JETON)

    @property
    def est_expire(self) -> bool:
        return self.expire_le <= timezone.now()
