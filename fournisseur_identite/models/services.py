"""The sites that ask us who the usager is (FS): OpenID Connect clients."""

import hashlib
import hmac
import secrets
import uuid
from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q

from aidants import demarches
from aidants.demarches import DEMARCHES
from journal.actions import FS_CREE, FS_SECRET_RENOUVELE, Action
from journal.models import Auteur, Cadre, Entree


class Politique(models.TextChoices):
    """What a client really sends: FranceConnect has its own shape, partners follow RFC 9700."""

    FRANCECONNECT = "franceconnect", "FranceConnect (sans PKCE, nonce exigé)"
    PARTENAIRE = "partenaire", "Site partenaire (PKCE S256 exigé)"


class FournisseurServiceQuerySet(models.QuerySet["FournisseurService"]):
    def actifs(self) -> "FournisseurServiceQuerySet":
        return self.filter(actif=True)

    @transaction.atomic
    def enregistrer(self, fs: "FournisseurService", *, par: Auteur) -> str:
        """Register a service and return its secret, which nobody can read again."""
        secret = fs.poser_secret()
        fs.secteur = fs.secteur or urlsplit(fs.redirect_uris[0]).hostname or ""
        fs.save(force_insert=True)
        fs.inscrire(FS_CREE, par=par)
        return secret


class FournisseurService(models.Model):
    """A registered client. Its secret has 256 bits: a plain SHA-256 is as safe as a slow hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.CharField(
        "identifiant (client_id)", max_length=100, unique=True, default=uuid.uuid4
    )
    nom = models.CharField("nom affiché à l’aidant", max_length=150)
    site = models.URLField("adresse du site")
    politique = models.CharField(
        "politique", max_length=20, choices=Politique, default=Politique.PARTENAIRE
    )
    secret_sha256 = models.CharField(max_length=64, editable=False)
    redirect_uris = ArrayField(
        models.URLField(max_length=500),
        verbose_name="adresses de retour (redirect_uri)",
        help_text="Une par ligne, à la lettre près.",
    )
    secteur = models.CharField(
        "secteur", max_length=253, editable=False, help_text="Fixe : les « sub » en dépendent."
    )
    post_logout_redirect_uris = ArrayField(
        models.URLField(max_length=500),
        verbose_name="adresses de sortie (post_logout_redirect_uri)",
        default=list,
        blank=True,
    )
    demarches = ArrayField(
        models.CharField(max_length=20, choices=demarches.CHOIX),
        verbose_name="démarches du service",
        default=list,
        blank=True,
        help_text="Aucune : le service accepte les dix.",
    )
    userinfo_signe = models.BooleanField(
        "userinfo signé (JWT)", default=False, help_text="Sinon, userinfo répond en JSON."
    )
    actif = models.BooleanField("actif", default=True)
    cree_le = models.DateTimeField("enregistré le", auto_now_add=True)

    objects = FournisseurServiceQuerySet.as_manager()

    SCOPES: ClassVar[tuple[str, ...]] = (
        "openid", "profile", "email", "birth", "address", "phone", "given_name", "family_name",
        "preferred_username", "gender", "birthdate", "birthplace", "birthcountry",
    )  # fmt: skip

    class Meta:
        verbose_name = "fournisseur de service"
        verbose_name_plural = "fournisseurs de service"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(redirect_uris__len__gt=0),
                name="fs_une_adresse_de_retour",
                violation_error_message="Donnez au moins une adresse de retour.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def demarches_possibles(self) -> set[str]:
        return set(self.demarches or DEMARCHES)

    @property
    def cadre(self) -> Cadre:
        return Cadre(fs_ref=self.client_id, fs_nom=self.nom)

    def poser_secret(self) -> str:
        secret = secrets.token_urlsafe(32)
        self.secret_sha256 = _sha256(secret)
        return secret

    @transaction.atomic
    def renouveler_secret(self, *, par: Auteur) -> str:
        """Replace the secret at once and return the new one, shown this once."""
        FournisseurService.objects.select_for_update().get(pk=self.pk)
        secret = self.poser_secret()
        self.save(update_fields=["secret_sha256"])
        self.inscrire(FS_SECRET_RENOUVELE, par=par)
        return secret

    def inscrire(self, action: Action, *, par: Auteur) -> None:
        Entree.objects.inscrire(action, acte=uuid.uuid4(), par=par, cadre=self.cadre)

    # --- What Authlib asks of a client (authlib.oauth2.rfc6749.ClientMixin) ---

    def get_client_id(self) -> str:
        return str(self.client_id)

    def get_default_redirect_uri(self) -> None:
        """None: `redirect_uri` is required (OpenID Connect Core, 3.1.2.1)."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The known part of what is asked; None, an error, without `openid`."""
        connus = [s for s in (scope or "").split() if s in self.SCOPES]
        return " ".join(connus) if "openid" in connus else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return hmac.compare_digest(_sha256(client_secret), self.secret_sha256)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def _sha256(valeur: str) -> str:
    return hashlib.sha256(valeur.encode()).hexdigest()
