"""One use of a mandat: the delegated authorization given to a FS, from the code to the identity.

The row is what Authlib calls the code, the user and the token: the subject is the usager, the
person logged in is the aidant. Code and token are kept as digests, live 60 seconds, serve once.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from aidants.insertion_compilee import InsertionCompilee
from aidants.lecture_compilee import LectureCompilee
from aidants.models import Aidant, Appartenance, Session, Structure
from fournisseur_identite.models.cles import GENERATION
from fournisseur_identite.models.demandes import DemandeAutorisation
from fournisseur_identite.models.fins import AvisDeFin
from fournisseur_identite.models.services import FournisseurService
from journal.actes import acte_de
from journal.actions import JETON_REMIS, UTILISATION, Action
from journal.models import Cadre, Concerne, Ecriture, Entree
from mandats.models import Autorisation
from mandats.taches import prevenir_d_une_utilisation

VIE_CODE = VIE_JETON = timedelta(seconds=60)
ACR = "eidas1"
NONCE_UNIQUE = "connexion_nonce_unique"
# No session of an aidant lives longer than twelve hours: an end older than that was told, or is no
# news to anybody. The rest is time for a sweep that was stopped.
MEMOIRE_DES_FINS = timedelta(days=2)


class Refus(StrEnum):
    """Why an identity is not handed out; said to logs and tests, never to the FS in detail."""

    EXPIRE = "expire"
    DEJA_SERVI = "deja_servi"
    FERMEE = "fermee"
    AUTORISATION = "autorisation"
    AIDANT = "aidant"
    STRUCTURE = "structure"
    SERVICE = "service"


def condenser(valeur: str) -> str:
    """The digest under which a code or a token of 256 random bits is kept."""
    return hashlib.sha256(valeur.encode()).hexdigest()


def _poste() -> "models.QuerySet[Appartenance]":
    """The role by which the aidant confirmed, held without a break since."""
    return Appartenance.objects.ouvertes().filter(
        aidant=OuterRef("aidant"),
        structure=OuterRef("structure"),
        est_aidant=True,
        aidant_depuis__lte=OuterRef("cree_le"),
    )


class ConnexionQuerySet(models.QuerySet["Connexion"]):
    def a_prevenir(self) -> "ConnexionQuerySet":
        """Open ones whose FS wants to know their end, and holds an id_token."""
        recentes = self.filter(cree_le__gt=timezone.now() - MEMOIRE_DES_FINS, fermee_le=None)
        return recentes.exclude(fs__logout_uri="").exclude(id_token_sha256="")

    def finies(self) -> "ConnexionQuerySet":
        """What `Connexion.refus_de_fond` refuses for good, or whose aidant is logged in nowhere."""
        maintenant = timezone.now()
        session = Session.objects.filter(aidant=OuterRef("aidant"), expire_date__gt=maintenant)
        autorisation = (
            Q(autorisation__revoquee_le__isnull=False)
            | Q(autorisation__fin__lte=maintenant)
            | ~Q(autorisation__structure=F("structure"))
        )
        compte = Q(aidant__is_active=False) | Q(aidant__reactive_le__gt=F("cree_le"))
        structure = Q(structure__active=False) | Q(structure__active_depuis__gt=F("cree_le"))
        return self.filter(autorisation | compte | structure | ~Exists(_poste()) | ~Exists(session))

    def sans_suite(self) -> "models.QuerySet[Any, Any]":
        """By site, since yesterday: how many `codes` it was given, and let expire (`perdus`).

        A few are people who went away; many are a site that cannot reach us, or that we refuse.
        """
        maintenant = timezone.now()
        perdu = Q(code_servi_le=None, fermee_le=None, code_expire_le__lt=maintenant)
        du_jour = self.filter(cree_le__gt=maintenant - timedelta(days=1)).order_by()
        sites = du_jour.values("fs", "fs__nom").annotate(
            codes=Count("pk"), perdus=Count("pk", filter=perdu)
        )
        return sites.filter(perdus__gt=0).order_by("-perdus", "fs__nom")

    def verrouillees(self) -> "ConnexionQuerySet":
        """With all that decides, read again and locked: a revocation waits, or has won already."""
        relations = (
            "autorisation__mandat__usager", "aidant", "structure", "demande", "fs",
        )  # fmt: skip
        return (
            self.select_related(*relations)
            .annotate(aidant_en_poste=Exists(_poste()), cles_generation=GENERATION)
            .select_for_update(of=("self", "autorisation"), no_key=True)
        )

    def nonce_a_servi(self, nonce: str, *, client_id: str) -> bool:
        """Whether this nonce brought a code to this client."""
        return _PAR_NONCE.lire(nonce=nonce, client_id=client_id) is not None

    def par_code(self, code: str) -> "Connexion | None":
        """The connexion of a code, locked."""
        return _PAR_CODE.lire(condense=condenser(code))

    def par_jeton(self, jeton: str) -> "Connexion | None":
        """The connexion of an access token, locked."""
        return _PAR_JETON.lire(condense=condenser(jeton))


class Connexion(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    demande = models.OneToOneField(
        DemandeAutorisation, on_delete=models.PROTECT, related_name="connexion"
    )
    fs = models.ForeignKey(FournisseurService, on_delete=models.PROTECT, related_name="connexions")
    aidant = models.ForeignKey(Aidant, on_delete=models.PROTECT, related_name="connexions")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="connexions")
    autorisation = models.ForeignKey(
        Autorisation, on_delete=models.PROTECT, related_name="connexions"
    )
    scope = models.CharField(max_length=300)
    nonce = models.CharField(max_length=512, blank=True)
    auth_time = models.DateTimeField()
    cree_le = models.DateTimeField(auto_now_add=True)
    code_sha256 = models.CharField(max_length=64)
    code_expire_le = models.DateTimeField()
    code_servi_le = models.DateTimeField(null=True)
    jeton_sha256 = models.CharField(max_length=64, blank=True)
    jeton_expire_le = models.DateTimeField(null=True)
    jeton_servi_le = models.DateTimeField(null=True)
    id_token_sha256 = models.CharField(max_length=64, blank=True)
    fermee_le = models.DateTimeField(null=True)

    objects = ConnexionQuerySet.as_manager()

    class Meta:
        verbose_name = "connexion à un service"
        verbose_name_plural = "connexions aux services"
        indexes = [
            models.Index(fields=["cree_le"], name="connexion_par_date"),
            # By a logout: once it was handed out.
            models.Index(
                fields=["id_token_sha256"],
                condition=~models.Q(id_token_sha256=""),
                name="connexion_par_id_token",
            ),
        ]
        constraints = [
            # Not `unique=True`, nor `db_index` above: of a text, each makes a second index, for
            # the beginnings of words, that every use would write and nobody asks.
            models.UniqueConstraint(
                fields=["code_sha256"],
                name="connexion_code_unique",
                violation_error_message="Ce code existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["fs", "nonce"],
                condition=~models.Q(nonce=""),
                name=NONCE_UNIQUE,
                violation_error_message="Ce nonce a déjà servi.",
            ),
            models.UniqueConstraint(
                fields=["jeton_sha256"],
                condition=~models.Q(jeton_sha256=""),
                name="connexion_jeton_unique",
                violation_error_message="Ce jeton existe déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"Connexion à {self.fs}"

    # --- What may still be handed out ---

    def refus_de_code(self) -> Refus | None:
        if self.code_servi_le is not None:
            return Refus.DEJA_SERVI
        if self.code_expire_le <= timezone.now():
            return Refus.EXPIRE
        return self._refus_de_fond()

    def refus_de_jeton(self) -> Refus | None:
        if self.jeton_servi_le is not None:
            return Refus.DEJA_SERVI
        if self.jeton_expire_le is None or self.jeton_expire_le <= timezone.now():
            return Refus.EXPIRE
        return self._refus_de_fond()

    @property
    def est_en_poste(self) -> bool:
        """Whether the aidant still works for the structure, as `verrouillees` read it."""
        return bool(getattr(self, "aidant_en_poste", False))

    @property
    def generation_des_cles(self) -> int:
        """How many changes our keys have seen, as `verrouillees` read it."""
        return int(getattr(self, "cles_generation", 0))

    def _refus_de_fond(self) -> Refus | None:
        """Re-check everything that was true when the aidant confirmed."""
        if self.fermee_le is not None:
            return Refus.FERMEE
        ici = self.autorisation.structure_id == self.structure_id  # not transferred since
        if not (ici and self.autorisation.est_active):
            return Refus.AUTORISATION
        if not (self.aidant.is_active and self.est_en_poste) or self._precede(
            self.aidant.reactive_le
        ):
            return Refus.AIDANT
        if self._precede(self.structure.active_depuis):
            return Refus.STRUCTURE
        if not self.structure.active or self.autorisation.demarche not in self.structure.demarches:
            return Refus.STRUCTURE
        if not self.fs.actif or self.autorisation.demarche not in self.fs.demarches_possibles:
            return Refus.SERVICE
        return None

    def _precede(self, ouverture: datetime | None) -> bool:
        """Whether it was confirmed before what was closed since, and opened again."""
        return ouverture is not None and ouverture > self.cree_le

    # --- What happens to it; the caller holds the lock ---

    def poser_code(self, code: str, *, scope: str) -> bool:
        """Write the row, with the digest of the code that the FS is about to get.

        False, and no row, when the nonce has brought a code: in another tab, at this instant.
        """
        self.scope = scope
        self.nonce = self._parametre("nonce") or ""
        self.code_sha256 = condenser(code)
        self.code_expire_le = timezone.now() + VIE_CODE
        return _INSERTION.inserer(self)

    def remettre_jeton(self, jeton: str, id_token: str) -> None:
        """The code is exchanged: it has served, and the FS holds an id_token and a token."""
        maintenant = timezone.now()
        self.code_servi_le = maintenant
        self.jeton_sha256 = condenser(jeton)
        self.jeton_expire_le = maintenant + VIE_JETON
        self.id_token_sha256 = condenser(id_token)
        self._inscrire(
            JETON_REMIS, "code_servi_le", "jeton_sha256", "jeton_expire_le", "id_token_sha256"
        )
        prevenir_d_une_utilisation(
            self.autorisation.mandat,
            demarche=self.autorisation.demarche,
            site=self.fs.nom,
            aidant=self.aidant.nom_complet,
        )

    def bruler_code(self) -> None:
        """A wrong try costs the code (RFC 9700, section 4.5)."""
        self.code_servi_le = timezone.now()
        self.save(update_fields=["code_servi_le"])

    def remettre_identite(self) -> None:
        """The token is used: the FS gets the identity, and the use is journaled, once."""
        self.jeton_servi_le = timezone.now()
        self._inscrire(UTILISATION, "jeton_servi_le")

    def fermer(self) -> None:
        """After a logout, the end of the mandat or of the aidant's session, or a code presented
        twice (RFC 6749, section 4.1.2): all is dead.

        A FS that asked to know is told (`AvisDeFin`), if it ever had an id_token.
        """
        if self.fermee_le is not None:
            return
        self.fermee_le = timezone.now()
        self.save(update_fields=["fermee_le"])
        if self.fs.logout_uri and self.id_token_sha256:
            AvisDeFin.objects.create(connexion=self).enfiler()

    def _enregistrer(self, champs: Sequence[str]) -> Ecriture:
        """What `save(update_fields=...)` writes, for the statement that journals it."""
        colonnes = ", ".join(f"{champ} = %s" for champ in champs)
        ordre = f"UPDATE fournisseur_identite_connexion SET {colonnes} WHERE id = %s"  # noqa: S608 - our own columns
        return ordre, [*(getattr(self, champ) for champ in champs), self.pk]

    def _inscrire(self, action: Action, *champs: str) -> None:
        Entree.objects.inscrire(
            action,
            acte=acte_de(self.pk, action.cle),
            par=self.aidant.auteur,
            cadre=self._cadre(),
            concerne=self._concerne(),
            details={"acr": ACR},
            avec=self._enregistrer(champs),
        )

    def _cadre(self) -> Cadre:
        service = {"fs_ref": self.fs.client_id, "fs_nom": self.fs.nom}
        return replace(self.structure.cadre, demarche=self.autorisation.demarche, **service)

    def _concerne(self) -> Concerne:
        concerne = self.autorisation.concerne_dans(self.autorisation.mandat.concerne)
        return replace(concerne, connexion_ref=str(self.pk))

    # --- What Authlib asks of a code (authlib.oidc.core.AuthorizationCodeMixin) ---

    @property
    def code_challenge(self) -> str | None:
        return self._parametre("code_challenge")

    @property
    def code_challenge_method(self) -> str | None:
        return self._parametre("code_challenge_method")

    def _parametre(self, nom: str) -> str | None:
        valeur: str | None = self.demande.parametres.get(nom)
        return valeur

    def get_redirect_uri(self) -> str | None:
        return self._parametre("redirect_uri")

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce or None

    def get_auth_time(self) -> int:
        return int(self.auth_time.timestamp())

    def get_acr(self) -> str:
        return ACR

    def get_amr(self) -> None:
        """None: no FS asks for it."""

    @property
    def sid(self) -> str:
        """The session of the usager at the FS (Back-Channel Logout 1.0, 2.1): this connexion."""
        return str(self.pk)


_INSERTION = InsertionCompilee(
    Connexion,
    sauf="ON CONFLICT (fs_id, nonce) WHERE nonce <> '' DO NOTHING",  # NONCE_UNIQUE
)
_PAR_CODE = LectureCompilee(
    lambda condense: Connexion.objects.verrouillees().filter(code_sha256=condense), condense=str
)
_PAR_JETON = LectureCompilee(
    # Not empty: the condition of the index, which a plan made once must know by itself.
    lambda condense: (
        Connexion.objects.verrouillees().exclude(jeton_sha256="").filter(jeton_sha256=condense)
    ),
    condense=str,
)
_PAR_NONCE = LectureCompilee(
    lambda nonce, client_id: (
        Connexion.objects.only("pk")
        .exclude(nonce="")
        .filter(nonce=nonce, fs__client_id=client_id)[:1]
    ),
    nonce=str,
    client_id=str,
)
