"""A pushed authorization request (RFC 9126): sent by the FS's server, named by an opaque address.

It lives 60 seconds and becomes one `DemandeAutorisation`, in one browser.
"""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from fournisseur_identite.models.connexions import condenser
from fournisseur_identite.models.demandes import DemandeAutorisation
from fournisseur_identite.models.services import FournisseurService

PREFIXE = "urn:ietf:params:oauth:request_uri:"
VIE_POUSSEE = timedelta(seconds=60)


class DemandePousseeQuerySet(models.QuerySet["DemandePoussee"]):
    def pousser(self, fs: FournisseurService, parametres: dict[str, Any]) -> str:
        """Keep the parameters of an authenticated client; return their `request_uri`."""
        request_uri = PREFIXE + secrets.token_urlsafe(32)
        expire_le = timezone.now() + VIE_POUSSEE
        reference = condenser(request_uri)
        self.create(fs=fs, parametres=parametres, reference_sha256=reference, expire_le=expire_le)
        return request_uri

    def nommee(self, request_uri: str, *, client_id: str) -> "DemandePoussee | None":
        """The live request of this name and of this client."""
        vivantes = self.filter(expire_le__gt=timezone.now(), fs__actif=True)
        nommees = vivantes.filter(reference_sha256=condenser(request_uri), fs__client_id=client_id)
        return nommees.select_related("fs", "demande__connexion").first()

    def perimees(self, instant: datetime) -> "DemandePousseeQuerySet":
        return self.filter(expire_le__lt=instant)


class DemandePoussee(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fs = models.ForeignKey(FournisseurService, on_delete=models.PROTECT, related_name="poussees")
    reference_sha256 = models.CharField(max_length=64, unique=True)
    parametres = models.JSONField()
    expire_le = models.DateTimeField(db_index=True)
    demande = models.OneToOneField(
        DemandeAutorisation, on_delete=models.CASCADE, null=True, related_name="poussee"
    )

    objects = DemandePousseeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande poussée"
        verbose_name_plural = "demandes poussées"

    def __str__(self) -> str:
        return f"Demande poussée de {self.fs}"

    def servir(self, demande: DemandeAutorisation) -> bool:
        """Become this request, once; False when another browser was first."""
        libres = DemandePoussee.objects.filter(pk=self.pk, demande=None)
        return libres.update(demande=demande) == 1
