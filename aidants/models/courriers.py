"""The outbox of the accounts' mails: invitations, links, and what was done to an account."""

from datetime import datetime, timedelta

from django.db import models, transaction

from aidants.courriers import GenreCourrier as GenreCourrier
from aidants.models.aidants import Aidant
from aidants.models.envois import Envoi, EnvoiQuerySet
from aidants.models.invitations import Invitation
from aidants.models.recuperations import Recuperation

CONSERVATION = timedelta(days=30)
ABANDON = timedelta(days=365)


class CourrierQuerySet(EnvoiQuerySet["Courrier"]):
    def ecrire_ensemble(self, courriers: "list[Courrier]") -> None:
        """Write many mails of one act; a single task enqueues them, once that is committed.

        A broker that is down makes the page wait once, not once a mail.
        """
        cles = [str(courrier.pk) for courrier in self.bulk_create(courriers)]

        def au_commit() -> None:
            from aidants.taches import enfiler_courriers  # noqa: PLC0415 - tasks need the models

            enfiler_courriers.delay(cles)

        transaction.on_commit(au_commit, robust=True)

    def perimes(self, instant: datetime) -> "CourrierQuerySet":
        """Sent a month ago, or a year after the first try that nobody could send."""
        partis = models.Q(envoye_le__lt=instant - CONSERVATION)
        jamais = models.Q(envoye_le=None, cree_le__lt=instant - ABANDON)
        return self.filter(partis | jamais)

    def oublier(self, aidant: Aidant, adresse: str) -> None:
        """Delete what was written to a person who is forgotten."""
        a_la_personne = models.Q(aidant=aidant) | models.Q(invitation__aidant=aidant)
        self.filter(a_la_personne | models.Q(adresse=adresse, envoye_le__isnull=False)).delete()


class Courrier(Envoi):
    """One mail. Its links are made when it leaves, never stored."""

    genre = models.CharField(max_length=30, choices=GenreCourrier)
    adresse = models.EmailField(blank=True)  # empty: an address that is nobody's; nothing leaves
    aidant = models.ForeignKey(Aidant, null=True, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(
        Invitation, null=True, on_delete=models.CASCADE, related_name="courriers"
    )
    recuperation = models.ForeignKey(
        Recuperation, null=True, on_delete=models.CASCADE, related_name="+"
    )
    details = models.JSONField(default=dict)

    objects = CourrierQuerySet.as_manager()

    class Meta:
        verbose_name = "courrier"
        indexes = [
            models.Index(
                fields=["prochain_essai_le"],
                condition=models.Q(envoye_le=None),
                name="courrier_a_envoyer",
            )
        ]

    def enfiler(self) -> None:
        """Enqueue after the commit; a failure is logged, and left to the sweep."""

        def au_commit() -> None:  # a named function: Django's log of a failure asks its name
            from aidants.taches import envoyer_courrier  # noqa: PLC0415 - tasks need the models

            envoyer_courrier.delay(str(self.pk))

        transaction.on_commit(au_commit, robust=True)

    def __str__(self) -> str:
        return f"Courrier : {self.get_genre_display()}"
