"""The `jti` of client assertions that have served (RFC 7523, section 3): each serves once."""

from datetime import datetime

from django.db import IntegrityError, models, transaction

from fournisseur_identite.models.connexions import condenser
from fournisseur_identite.models.services import FournisseurService


class AssertionServieQuerySet(models.QuerySet["AssertionServie"]):
    def servir(self, fs: FournisseurService, jti: str, *, expire_le: datetime) -> bool:
        """Note that this assertion serves; False when it has served already."""
        try:
            with transaction.atomic():
                self.create(fs=fs, jti_sha256=condenser(jti), expire_le=expire_le)
        except IntegrityError:
            return False
        return True

    def perimees(self, instant: datetime) -> "AssertionServieQuerySet":
        """Those that would be refused for their age alone."""
        return self.filter(expire_le__lt=instant)


class AssertionServie(models.Model):
    fs = models.ForeignKey(FournisseurService, on_delete=models.CASCADE, related_name="+")
    jti_sha256 = models.CharField(max_length=64)
    expire_le = models.DateTimeField(db_index=True)

    objects = AssertionServieQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fs", "jti_sha256"],
                name="assertion_une_fois",
                violation_error_message="Cette assertion a déjà servi.",
            )
        ]

    def __str__(self) -> str:
        return f"Assertion de {self.fs}"
