"""Back-channel logout: the FS is told, from server to server, that a connexion is over.

An outbox row is written when the connexion closes, sent after the commit, and again until the FS
has it (OpenID Connect Back-Channel Logout 1.0).
"""

from django.db import models, transaction

from aidants.models.envois import Envoi, EnvoiQuerySet


class AvisDeFinQuerySet(EnvoiQuerySet["AvisDeFin"]):
    """Nothing of its own yet: the outbox's verbs."""


class AvisDeFin(Envoi):
    connexion = models.OneToOneField(
        "fournisseur_identite.Connexion", on_delete=models.PROTECT, related_name="avis_de_fin"
    )

    objects = AvisDeFinQuerySet.as_manager()

    class Meta:
        verbose_name = "avis de fin de session"
        verbose_name_plural = "avis de fin de session"
        indexes = [
            models.Index(
                fields=["prochain_essai_le"],
                condition=models.Q(envoye_le=None),
                name="avis_de_fin_a_envoyer",
            )
        ]

    def enfiler(self) -> None:
        """Enqueue after the commit; a failure is logged, and left to the sweep."""

        def au_commit() -> None:  # a named function: Django's log of a failure asks its name
            from fournisseur_identite.taches import envoyer_fin  # noqa: PLC0415 - tasks need models

            envoyer_fin.delay(str(self.pk))

        transaction.on_commit(au_commit, robust=True)

    def __str__(self) -> str:
        return f"Fin de la connexion à {self.connexion.fs}"
