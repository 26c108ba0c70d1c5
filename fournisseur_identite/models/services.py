"""The sites that ask us who the usager is (FS): OpenID Connect clients."""

import hashlib
import hmac
import secrets
import uuid
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from aidants import demarches
from aidants.demarches import DEMARCHES
from aidants.lecture_compilee import LectureCompilee
from journal.actions import FS_CREE, FS_SECRET_RENOUVELE, Action
from journal.models import Auteur, Cadre, Entree


class Politique(models.TextChoices):
    """What a client really sends: FranceConnect has its own shape, partners follow RFC 9700."""

    FRANCECONNECT = "franceconnect", "FranceConnect (sans PKCE, nonce exigé)"
    PARTENAIRE = "partenaire", "Site partenaire (PKCE S256 exigé)"


class Authentification(models.TextChoices):
    """How a client proves who it is at our endpoints (OpenID Connect Core, section 9)."""

    SECRET = "client_secret", "secret (client_secret_basic ou client_secret_post)"
    CLE = "private_key_jwt", "clé privée (private_key_jwt)"


class Alg(models.TextChoices):
    ES256 = "ES256", "ES256"
    RS256 = "RS256", "RS256"
    HS256 = "HS256", "HS256 (FranceConnect seulement, avec son secret)"


RELAIS = timedelta(days=7)  # how long the secret before may still serve, when that is asked


class FournisseurServiceQuerySet(models.QuerySet["FournisseurService"]):
    def actifs(self) -> "FournisseurServiceQuerySet":
        return self.filter(actif=True)

    def actif_nomme(self, client_id: str) -> "FournisseurService | None":
        """The client of this name, unless it is suspended."""
        return _PAR_CLIENT_ID.lire(client_id=client_id)

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
    authentification = models.CharField(
        "preuve d’identité du site",
        max_length=20,
        choices=Authentification,
        default=Authentification.SECRET,
        help_text="Une clé privée ne quitte jamais le site : préférez-la à un secret.",
    )
    secret_sha256 = models.CharField(max_length=64, editable=False)
    secret_ancien_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    secret_ancien_jusqua = models.DateTimeField(null=True, editable=False)
    jwks = models.JSONField(
        "clés publiques du site (JWKS)",
        default=dict,
        blank=True,
        help_text="Le document JWKS du site, collé ici, s’il n’a pas d’adresse où le publier.",
    )
    jwks_uri = models.URLField(
        "adresse des clés publiques du site (jwks_uri)", max_length=500, blank=True
    )
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
    id_token_alg = models.CharField(
        "signature de l’id_token",
        max_length=10,
        choices=Alg,
        default=Alg.ES256,
        help_text="ES256 convient à presque tous ; RS256 pour une bibliothèque ancienne.",
    )
    userinfo_signe = models.BooleanField(
        "userinfo signé (JWT)", default=False, help_text="Sinon, userinfo répond en JSON."
    )
    userinfo_alg = models.CharField(
        "signature d’userinfo",
        max_length=10,
        choices=[(alg.value, alg.label) for alg in (Alg.ES256, Alg.RS256)],
        default=Alg.ES256,
        help_text="Sert quand userinfo est signé.",
    )
    par_exige = models.BooleanField(
        "demandes poussées exigées (PAR)",
        default=False,
        help_text="Le site dépose sa demande de serveur à serveur avant d’envoyer le navigateur : "
        "personne ne peut la lire ni la changer. Les règles les plus strictes s’appliquent alors.",
    )
    voit_l_aidant = models.BooleanField(
        "reçoit l’identité de l’aidant (act)",
        default=False,
        help_text="Le site apprend qui agit pour la personne : nom de l’aidant et structure.",
    )
    logout_uri = models.URLField(
        "adresse de fin de session (backchannel_logout_uri)",
        max_length=500,
        blank=True,
        help_text="Le site y est prévenu, de serveur à serveur, qu’une connexion est terminée.",
    )
    actif = models.BooleanField("actif", default=True)
    cree_le = models.DateTimeField("enregistré le", auto_now_add=True)

    objects = FournisseurServiceQuerySet.as_manager()

    secret_presente = ""  # in clear and in memory, during the request that sent it (HS256)

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
            ),
            models.CheckConstraint(
                condition=~Q(id_token_alg=Alg.HS256)
                | Q(
                    politique=Politique.FRANCECONNECT,
                    authentification=Authentification.SECRET,
                    logout_uri="",
                ),
                name="fs_hs256_pour_franceconnect",
                violation_error_message="HS256 est réservé à FranceConnect, avec un secret et sans "
                "adresse de fin de session.",
            ),
            models.CheckConstraint(
                condition=Q(par_exige=False) | Q(politique=Politique.PARTENAIRE),
                name="fs_par_pour_partenaire",
                violation_error_message="FranceConnect n’utilise pas les demandes poussées.",
            ),
            models.CheckConstraint(
                condition=~Q(authentification=Authentification.CLE) | ~Q(jwks={}, jwks_uri=""),
                name="fs_cle_publique",
                violation_error_message="Donnez les clés publiques du site, ou leur adresse.",
            ),
            models.CheckConstraint(
                condition=Q(jwks={}) | Q(jwks_uri=""),
                name="fs_cles_d_un_seul_lieu",
                violation_error_message="Donnez l’adresse des clés, ou le document : pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def demarches_possibles(self) -> set[str]:
        return set(self.demarches or DEMARCHES)

    @property
    def passe_par_franceconnect(self) -> bool:
        return self.politique == Politique.FRANCECONNECT

    @property
    def cadre(self) -> Cadre:
        return Cadre(fs_ref=self.client_id, fs_nom=self.nom)

    def poser_secret(self) -> str:
        secret = secrets.token_urlsafe(32)
        self.secret_sha256 = _sha256(secret)
        return secret

    @transaction.atomic
    def renouveler_secret(self, *, par: Auteur, relais: bool = False) -> str:
        """Replace the secret and return the new one, shown this once.

        The old one dies at once; with `relais` it lives on for a week, so that the site changes
        without a break. Never more than two live.
        """
        actuel = FournisseurService.objects.select_for_update().get(pk=self.pk)
        self.secret_ancien_sha256 = actuel.secret_sha256 if relais else ""
        self.secret_ancien_jusqua = timezone.now() + RELAIS if relais else None
        secret = self.poser_secret()
        champs = ["secret_sha256", "secret_ancien_sha256", "secret_ancien_jusqua"]
        self.save(update_fields=champs)
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
        """Answer whether it is one of the two secrets that may live at once."""
        condense = _sha256(client_secret)
        actuel = hmac.compare_digest(condense, self.secret_sha256)
        ancien = hmac.compare_digest(condense, self.secret_ancien_sha256)
        if not (actuel or (ancien and self._ancien_secret_vit())):
            return False
        self.secret_presente = client_secret
        return True

    def _ancien_secret_vit(self) -> bool:
        return bool(self.secret_ancien_jusqua and timezone.now() < self.secret_ancien_jusqua)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        if self.authentification == Authentification.CLE:
            return method == "private_key_jwt"
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def _sha256(valeur: str) -> str:
    return hashlib.sha256(valeur.encode()).hexdigest()


_PAR_CLIENT_ID = LectureCompilee(
    lambda client_id: FournisseurService.objects.actifs().filter(client_id=client_id).order_by(),
    client_id=str,
)
