"""How many parcours ended, each day, in each outcome: counts, and nobody's path."""

from django.db import models
from django.db.models import F
from django.utils import timezone


class PassageParcoursQuerySet(models.QuerySet["PassageParcours"]):
    def compter(self, issue: str) -> None:
        """Add one to today's count of this outcome, whoever else does at the same time."""
        self.update_or_create(
            jour=timezone.localdate(),
            issue=issue,
            defaults={"nombre": F("nombre") + 1},
            create_defaults={"nombre": 1},
        )


class PassageParcours(models.Model):
    """One outcome on one day; nothing tells who, where nor at what time."""

    jour = models.DateField("jour")
    issue = models.CharField("issue", max_length=40)
    nombre = models.PositiveIntegerField("nombre", default=0)

    objects = PassageParcoursQuerySet.as_manager()

    class Meta:
        verbose_name = "passage du parcours"
        verbose_name_plural = "passages du parcours"
        ordering = ["-jour", "issue"]
        constraints = [
            models.UniqueConstraint(fields=["jour", "issue"], name="passage_unique_par_jour")
        ]

    def __str__(self) -> str:
        return f"{self.issue}, {self.jour:%d/%m/%Y} : {self.nombre}"
