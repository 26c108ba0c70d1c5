"""An authorization request, validated once and kept here: the browser holds an opaque id only."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from aidants import demarches
from aidants.insertion_compilee import InsertionCompilee
from aidants.lecture_compilee import LectureCompilee
from fournisseur_identite.models.services import FournisseurService

DUREE_DE_VIE = timedelta(minutes=30)  # FranceConnect's own session
CONSERVATION = timedelta(days=1)  # of a request that gave no code


class DemandeQuerySet(models.QuerySet["DemandeAutorisation"]):
    def perimees(self, instant: datetime) -> "DemandeQuerySet":
        return self.filter(connexion=None, cree_le__lt=instant - CONSERVATION)

    def en_cours(self, pk: uuid.UUID, *, verrou: bool) -> "DemandeAutorisation | None":
        """The request of a FS that is active, with what it gave; locked from now on, if asked.

        Under a lock that was waited for, `annulee_le` is of after the wait, `connexion` of before.
        """
        return (_VERROUILLEE if verrou else _LUE).lire(pk=pk)

    def verrouiller(self, pk: uuid.UUID) -> "DemandeAutorisation":
        """Return the request, locked until the end of the transaction, read after the lock."""
        self.select_for_update(no_key=True).get(pk=pk)
        return self.select_related("fs", "connexion").get(pk=pk)


class DemandeAutorisation(models.Model):
    """What a FS asked, word for word (`parametres`), and what we read in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fs = models.ForeignKey(FournisseurService, on_delete=models.PROTECT, related_name="demandes")
    parametres = models.JSONField()
    demarches = ArrayField(
        models.CharField(max_length=20, choices=demarches.CHOIX),
        help_text="Les démarches que la demande permet.",
    )
    totp_exige_apres = models.DateTimeField(
        null=True, help_text="prompt=login ou max_age : un code donné depuis cet instant."
    )
    cree_le = models.DateTimeField(auto_now_add=True)
    annulee_le = models.DateTimeField(null=True)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’autorisation"
        indexes = [models.Index(fields=["cree_le"], name="demande_par_date")]

    def __str__(self) -> str:
        return f"Demande de {self.fs}"

    @property
    def est_expiree(self) -> bool:
        return self.cree_le <= timezone.now() - DUREE_DE_VIE

    @property
    def est_close(self) -> bool:
        """A code was given for it, or the aidant cancelled it."""
        return self.annulee_le is not None or hasattr(self, "connexion")

    def inserer(self) -> None:
        """Write the row of a new request."""
        _INSERTION.inserer(self)

    def annuler(self) -> None:
        self.annulee_le = timezone.now()
        self.save(update_fields=["annulee_le"])


def _en_cours(pk: uuid.UUID) -> DemandeQuerySet:
    demandes = DemandeAutorisation.objects.filter(pk=pk, fs__actif=True)
    return demandes.select_related("fs", "connexion")


_INSERTION = InsertionCompilee(DemandeAutorisation)
_LUE = LectureCompilee(_en_cours, pk=uuid.UUID)
_VERROUILLEE = LectureCompilee(
    lambda pk: _en_cours(pk).select_for_update(of=("self",), no_key=True), pk=uuid.UUID
)
