"""The mandat (Code civil, art. 1984 and following): an usager contracts with a structure."""

import hashlib
import re
import secrets
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Exists, F, Q
from django.utils import timezone

from aidants.chiffrement import chiffrer, dechiffrer
from aidants.demarches import ordonner, titres
from aidants.empreintes import empreintes, enfermer, ouvre
from aidants.models import Aidant, Structure
from journal.actes import acte_de
from journal.actions import AUTORISATION_REVOQUEE, MANDAT_REVOQUE
from journal.models import Auteur, Concerne, Entree
from mandats.code_papier import ALPHABET, CodePapier
from mandats.durees import BIENTOT, DUREES, MEMOIRE, dans, en_clair
from mandats.models.autorisations import Autorisation
from mandats.models.projets import Refus
from usagers.models import Usager

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

LONG = 182  # days: from this duration on, the end is announced `BIENTOT` ahead
RECENT = timedelta(days=7)  # an end that was not told by then is old news
IMMINENT = timedelta(days=2)  # and for any other, so much ahead


def tirer_reference() -> str:
    """A reference nobody can guess: `AC-7KQ2-M9XD` (40 bits)."""
    symboles = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"AC-{symboles[:4]}-{symboles[4:]}"


def finit_bientot(fin: datetime, duree: int) -> bool:
    """A short mandat would be about to end from its first day: it counts in its last days only."""
    return fin <= timezone.now() + (BIENTOT if duree >= LONG else IMMINENT)


def lire_reference(saisie: str) -> str:
    """A reference as a person types it, in its own form; empty for what cannot be one."""
    symboles = re.sub(r"[^A-Z0-9]", "", saisie.upper())
    if len(symboles) != 10 or not symboles.startswith("AC"):
        return ""
    return f"AC-{symboles[2:6]}-{symboles[6:]}"


def empreintes_code(secret: str) -> list[str]:
    """The secret of a paper code under the keys kept outside the database, the current first."""
    return empreintes(secret, usage="code_papier")


class MandatQuerySet(models.QuerySet["Mandat"]):
    def de(self, structure: Structure) -> "MandatQuerySet":
        return self.filter(structure=structure)

    def pour(self, usager: Usager) -> "MandatQuerySet":
        return self.filter(usager=usager)

    def actifs(self) -> "MandatQuerySet":
        """Not expired, and at least one authorisation not revoked (regles.md, section 4)."""
        ouvertes = Autorisation.objects.du_mandat_lu().filter(revoquee_le=None)
        return self.filter(Exists(ouvertes), fin__gt=timezone.now())

    def expirant_bientot(self) -> "MandatQuerySet":
        """See `finit_bientot`: the same answer, in SQL."""
        maintenant = timezone.now()
        long = Q(duree__gte=LONG, fin__lte=maintenant + BIENTOT)
        return self.actifs().filter(long | Q(fin__lte=maintenant + IMMINENT))

    def a_rappeler(self) -> "MandatQuerySet":
        """Long mandats whose end is near, and was not announced yet."""
        proches = self.filter(duree__gte=LONG, fin__lte=timezone.now() + BIENTOT)
        return proches.actifs().filter(rappele_le=None)

    def a_dire_finis(self) -> "MandatQuerySet":
        """Those that came to their term lately, not revoked before, which nobody was told."""
        maintenant = timezone.now()
        finis = self.filter(fin__lte=maintenant, fin__gt=maintenant - RECENT, fin_dite_le=None)
        ouvertes = Autorisation.objects.du_mandat_lu().filter(revoquee_le=None)
        return finis.filter(Exists(ouvertes))

    def expires(self) -> "MandatQuerySet":
        return self.filter(fin__lte=timezone.now())

    def revoques(self) -> "MandatQuerySet":
        return self.exclude(Exists(Autorisation.objects.du_mandat_lu().filter(revoquee_le=None)))

    def renouvelables(self, structure: Structure) -> "MandatQuerySet":
        """See `refus_de_renouveler`: those that it does not refuse."""
        permises = Autorisation.objects.du_mandat_lu().filter(
            revoquee_le=None, demarche__in=structure.demarches
        )
        return self.de(structure).filter(Exists(permises), fin__gt=timezone.now() - MEMOIRE)

    def lisibles(self) -> "MandatQuerySet":
        """Without what ended 365 days ago or more (`terme`)."""
        limite = timezone.now() - MEMOIRE
        tenues = Q(revoquee_le=None) | Q(revoquee_le__gt=limite)
        tenues_encore = Autorisation.objects.du_mandat_lu().filter(tenues)
        return self.filter(Exists(tenues_encore), fin__gt=limite)

    def termines(self, avant: datetime) -> "MandatQuerySet":
        """Those that ended before `avant` (`terme`)."""
        tenues = Q(revoquee_le=None) | Q(revoquee_le__gte=avant)
        tenues_encore = Autorisation.objects.du_mandat_lu().filter(tenues)
        return self.filter(Q(fin__lt=avant) | ~Exists(tenues_encore))

    def avec_tout(self) -> "MandatQuerySet":
        relations = ("usager", "structure", "aidant")
        return self.select_related(*relations).prefetch_related("autorisations")


class Mandat(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField("référence", max_length=14, unique=True, default=tirer_reference)
    usager = models.ForeignKey(Usager, on_delete=models.PROTECT, related_name="mandats")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="mandats")
    aidant = models.ForeignKey(
        Aidant, on_delete=models.PROTECT, related_name="mandats", verbose_name="signé avec"
    )
    duree = models.PositiveSmallIntegerField("durée", choices=list(DUREES.items()))
    signe_le = models.DateTimeField("signé le")
    fin = models.DateTimeField("prend fin le")
    lieu = models.CharField("lieu", max_length=100)
    signature_nom = models.CharField("nom écrit", max_length=600, blank=True)
    signature_trace = models.JSONField("signature dessinée", default=list, blank=True)
    localisateur = models.CharField(max_length=5, unique=True)
    secret_code = models.CharField(max_length=200)
    code_change_le = models.DateTimeField("nouveau code le", null=True, blank=True)
    renouvelle = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renouvellements"
    )
    rappele_le = models.DateTimeField("fin annoncée le", null=True, blank=True)
    fin_dite_le = models.DateTimeField("fin dite le", null=True, blank=True)

    objects = MandatQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        ordering = ["-signe_le"]
        indexes = [
            models.Index(fields=["structure", "-signe_le"], name="mandat_par_structure"),
            models.Index(fields=["structure", "fin"], name="mandat_par_fin"),
            models.Index(fields=["-signe_le"], name="mandat_par_date"),
            models.Index(fields=["fin"], name="mandat_par_terme"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("signe_le")),
                name="mandat_fin_apres_signature",
                violation_error_message="Un mandat finit après sa signature.",
            ),
            models.CheckConstraint(
                condition=~Q(signature_nom="") | ~Q(signature_trace=[]),
                name="mandat_signe",
                violation_error_message="Un mandat porte une signature.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    # --- What it is ---

    @property
    def est_expire(self) -> bool:
        return self.fin <= timezone.now()

    @property
    def est_revoque(self) -> bool:
        return all(autorisation.revoquee_le for autorisation in self.autorisations.all())

    @property
    def est_actif(self) -> bool:
        return not self.est_expire and not self.est_revoque

    @property
    def terme(self) -> datetime:
        """When it ends, or ended: with its last authorisation, if that came before its end."""
        fins = [autorisation.revoquee_le for autorisation in self.autorisations.all()]
        return max((fin for fin in fins if fin), default=self.fin) if all(fins) else self.fin

    @property
    def est_lisible(self) -> bool:
        return self.terme > timezone.now() - MEMOIRE

    @property
    def expire_bientot(self) -> bool:
        return self.est_actif and finit_bientot(self.fin, self.duree)

    @property
    def etat(self) -> str:
        """« actif », « bientot », « expire » or « revoque »: the badge's name."""
        if self.est_revoque:
            return "revoque"
        if self.est_expire:
            return "expire"
        return "bientot" if self.expire_bientot else "actif"

    @property
    def a_un_recu(self) -> bool:
        """Whether something of it was ended: there is a receipt to print."""
        return any(autorisation.revoquee_le for autorisation in self.autorisations.all())

    @property
    def autorisations_rangees(self) -> list[Autorisation]:
        """In the order of the catalogue."""
        par_cle = {a.demarche: a for a in self.autorisations.all()}
        return [par_cle[cle] for cle in ordonner(set(par_cle))]

    @property
    def demarches_ouvertes(self) -> list[str]:
        return ordonner([a.demarche for a in self.autorisations.all() if not a.revoquee_le])

    @property
    def titres_ouverts(self) -> list[str]:
        return titres(self.demarches_ouvertes)

    @property
    def titres(self) -> list[str]:
        """The démarches that were signed, ended or not."""
        return titres([a.demarche for a in self.autorisations.all()])

    @property
    def concerne(self) -> Concerne:
        return Concerne(
            usager_ref=str(self.usager_id),
            usager_nom=self.usager.nom_complet,
            mandat_ref=str(self.pk),
        )

    def concerne_avec(self, precision: str) -> Concerne:
        """The same, with the reason that somebody typed."""
        return replace(self.concerne, precision=precision[:500])

    # --- What follows it ---

    def refus_de_renouveler(self, structure: Structure) -> Refus | None:
        """Answer why `structure` cannot renew it without FranceConnect, or None.

        What the usager has ended is theirs to begin again: they identify anew.
        """
        if self.structure_id != structure.pk:
            return Refus.TRANSFERE
        if self.est_revoque:
            return Refus.REVOQUE
        if self.fin <= timezone.now() - MEMOIRE:
            return Refus.TROP_ANCIEN
        permises = set(self.demarches_ouvertes) & set(structure.demarches)
        return None if permises else Refus.DEMARCHE_INTERDITE

    @property
    def est_renouvelable(self) -> bool:
        """For its own structure: what a page's button asks."""
        return self.refus_de_renouveler(self.structure) is None

    # --- Its dates, as a page reads them ---

    @property
    def signe_le_en_clair(self) -> str:
        return en_clair(self.signe_le)

    @property
    def fin_en_clair(self) -> str:
        return en_clair(self.fin)

    @property
    def fin_relative(self) -> str:
        return dans(self.fin)

    @property
    def termine_le_en_clair(self) -> str:
        """When it really ended: the last revocation, or its term; empty while it is active."""
        return "" if self.est_actif else en_clair(self.terme)

    # --- The paper code ---

    def poser_code(self, code: CodePapier) -> None:
        """Set the code; the secret is kept under a password hash, over a keyed one."""
        self.localisateur = code.localisateur
        self.secret_code = enfermer(empreintes_code(code.secret)[0])

    def code_ouvre(self, empreintes_secret: "Sequence[str]") -> bool:
        return ouvre(empreintes_secret, self.secret_code)

    # --- Ending it ---

    @transaction.atomic
    def revoquer(
        self,
        *,
        par: Auteur,
        moyen: str = "",
        motif: str = "",
        demarches: "Collection[str] | None" = None,
        precision: str = "",
        formulaire_le: date | None = None,
    ) -> list[Autorisation]:
        """End the whole mandat, or some démarches of it, at once; return what this call ended.

        `moyen` says how the person was known (paper code, FranceConnect, account); `precision`
        is the reason that somebody typed, `formulaire_le` the date of a form on paper.
        Called twice, it ends nothing the second time, and writes no second line. What has expired
        is over already.
        """
        instant = timezone.now()
        if self.fin <= instant:
            return []
        visees = Autorisation.objects.filter(mandat=self).verrouillees()
        finies = [
            autorisation
            for autorisation in visees
            if not autorisation.revoquee_le
            and (demarches is None or autorisation.demarche in demarches)
        ]
        for autorisation in finies:
            autorisation.clore(instant, par=par.genre, motif=motif, formulaire_le=formulaire_le)
            self._inscrire_fin(autorisation, par, precision, moyen=moyen, motif=motif)
        if finies and not Autorisation.objects.filter(mandat=self, revoquee_le=None).exists():
            self._inscrire_fin_du_mandat(par, precision, moyen=moyen, motif=motif)
        return finies

    def _inscrire_fin(
        self, autorisation: Autorisation, par: Auteur, precision: str, **autres: str
    ) -> None:
        Entree.objects.inscrire(
            AUTORISATION_REVOQUEE,
            acte=acte_de(autorisation.pk, "revocation"),
            par=par,
            cadre=autorisation.cadre_dans(self.structure),
            concerne=autorisation.concerne_dans(self.concerne_avec(precision)),
            details={"par": par.genre, **autres},
        )

    def _inscrire_fin_du_mandat(self, par: Auteur, precision: str, **autres: str) -> None:
        Entree.objects.inscrire(
            MANDAT_REVOQUE,
            acte=acte_de(self.pk, "revocation"),
            par=par,
            cadre=self.structure.cadre,
            concerne=self.concerne_avec(precision),
            details={"par": par.genre, **autres},
        )


class Attestation(models.Model):
    """The mandat's document: the exact bytes that were printed, encrypted at rest, never changed.

    The paper code stands in them: in clear they would undo the care taken of its secret.
    """

    mandat = models.OneToOneField(
        Mandat, on_delete=models.PROTECT, primary_key=True, related_name="attestation"
    )
    octets_chiffres = models.BinaryField()
    sha256 = models.CharField("empreinte SHA-256", max_length=64, db_index=True)
    modele = models.CharField("version du modèle", max_length=20)
    creee_le = models.DateTimeField()

    class Meta:
        verbose_name = "attestation"

    def __str__(self) -> str:
        return f"Attestation {self.sha256[:16]}"

    @classmethod
    def figer(
        cls, mandat: Mandat, octets: bytes, *, modele: str, instant: datetime
    ) -> "Attestation":
        """Keep the bytes of a mandat's PDF, once."""
        return cls.objects.create(
            mandat=mandat,
            octets_chiffres=chiffrer(octets, lieu=cls._lieu(mandat.pk)),
            sha256=hashlib.sha256(octets).hexdigest(),
            modele=modele,
            creee_le=instant,
        )

    @property
    def octets(self) -> bytes:
        return dechiffrer(bytes(self.octets_chiffres), lieu=self.lieu)

    @property
    def lieu(self) -> str:
        return self._lieu(self.mandat_id)

    @staticmethod
    def _lieu(mandat_id: uuid.UUID) -> str:
        return f"mandats_attestation.octets_chiffres:{mandat_id}"
