"""One perimeter of one mandat: what an aidant uses, and what the usager ends.

Whose it is and how long it lives are copied from its mandat, so that the database itself can hold
the rules; a composite foreign key (migration 0002) keeps the copy equal to the mandat, always.
"""

import uuid
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from aidants import demarches, suites
from aidants.demarches import DEMARCHES
from aidants.models import Structure
from journal.models import Cadre, Concerne
from mandats.durees import MEMOIRE, en_clair, jour_en_clair
from usagers.identite import sans_accents
from usagers.models import Usager

if TYPE_CHECKING:
    from mandats.models.mandats import Mandat


class AutorisationQuerySet(models.QuerySet["Autorisation"]):
    def actives(self) -> "AutorisationQuerySet":
        """Neither revoked nor past the end of their mandat."""
        return self.filter(revoquee_le=None, fin__gt=timezone.now())

    def lisibles(self) -> "AutorisationQuerySet":
        """Without those that ended 365 days ago or more; see `MandatQuerySet.lisibles`."""
        limite = timezone.now() - MEMOIRE
        return self.filter(Q(revoquee_le=None) | Q(revoquee_le__gt=limite), fin__gt=limite)

    def du_mandat_lu(self) -> "AutorisationQuerySet":
        """Those of the mandat that the query around this one reads."""
        return self.filter(mandat=OuterRef("pk"))

    def de(self, structure: Structure) -> "AutorisationQuerySet":
        return self.filter(structure=structure)

    def pour(self, usager: Usager) -> "AutorisationQuerySet":
        return self.filter(usager=usager)

    def nommees(self, termes: str) -> "AutorisationQuerySet":
        """Of people whose names hold each word of `termes`, whatever the accents and the case.

        « lheritier » finds L’HÉRITIER too, whose apostrophe many people leave out.
        """
        trouvees = self
        for terme in sans_accents(termes).split():
            elide = f"{terme[0]} {terme[1:]}"
            trouvees = trouvees.filter(
                Q(classement__contains=terme)
                | Q(classement__startswith=elide)
                | Q(classement__contains=f" {elide}")
            )
        return trouvees

    def terminees(self) -> "AutorisationQuerySet":
        """Of people who have nothing open any more in the same structure."""
        return self.exclude(Exists(self._memes_personnes()))

    def finissant_bientot(self, mandats: "models.QuerySet[Mandat]") -> "AutorisationQuerySet":
        """Of people whose last thing open belongs to one of `mandats`, those that end soon."""
        plus_tard = self._memes_personnes().filter(fin__gt=OuterRef("fin"))
        return self.actives().filter(mandat__in=mandats).exclude(Exists(plus_tard))

    def _memes_personnes(self) -> "AutorisationQuerySet":
        """What is open today for the person of the row around."""
        actives = Autorisation.objects.actives()
        return actives.filter(structure=OuterRef("structure"), usager=OuterRef("usager"))

    def personnes(self) -> "models.QuerySet[Any, uuid.UUID]":
        """The keys of their people, by name: one walk of an index, whatever the country's size.

        Somebody whose name is being changed may come twice.
        """
        rangees = self.order_by("classement", "usager").distinct("classement", "usager")
        return rangees.values_list("usager", flat=True)

    def reclasser(self, usager: Usager) -> int:
        """Follow a name that FranceConnect gives otherwise than before."""
        autres = self.pour(usager).exclude(classement=usager.classement)
        return autres.update(classement=usager.classement)

    def constater_echues(self) -> int:
        """Give up the place of those that are past their end: another may now be open.

        Time ended them, at their own date; nothing is revoked, so the journal has nothing to say.
        """
        passees = self.filter(revoquee_le=None, echue=False, fin__lte=timezone.now())
        return passees.update(echue=True)

    def verrouillees(self) -> "AutorisationQuerySet":
        """Locked until the end of the transaction, always in the same order.

        A use and a revocation of the same authorisation wait for each other; FOR SHARE would let a
        busy mandat starve its own revocation.
        """
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Autorisation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mandat = models.ForeignKey(
        "mandats.Mandat", on_delete=models.PROTECT, related_name="autorisations"
    )
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+")
    usager = models.ForeignKey(Usager, on_delete=models.PROTECT, related_name="+")
    # The person's, copied: lists and searches of a structure read this table's index alone.
    classement = models.CharField(max_length=800, editable=False, blank=True, default="")
    debut = models.DateTimeField("commence le")
    fin = models.DateTimeField("prend fin le")
    demarche = models.CharField("démarche", max_length=20, choices=demarches.CHOIX)
    echue = models.BooleanField("échue", default=False)
    revoquee_le = models.DateTimeField("retirée le", null=True, blank=True)
    revoquee_par = models.CharField("retirée par", max_length=20, blank=True)
    motif = models.CharField("motif", max_length=40, blank=True)
    formulaire_le = models.DateField("date du formulaire sur papier", null=True, blank=True)

    objects = AutorisationQuerySet.as_manager()

    class Meta:
        verbose_name = "autorisation"
        indexes = [
            models.Index(
                fields=["structure", "usager", "-fin"],
                include=["revoquee_le"],
                name="autorisation_par_personne",
            ),
            models.Index(
                fields=["structure", "classement", "usager"],
                include=["fin", "revoquee_le", "demarche", "mandat"],
                name="autorisation_par_nom",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mandat", "demarche"],
                name="autorisation_unique_par_mandat",
                violation_error_message="Cette démarche est déjà dans le mandat.",
            ),
            models.CheckConstraint(
                condition=Q(revoquee_le=None, revoquee_par="")
                | (Q(revoquee_le__isnull=False) & ~Q(revoquee_par="")),
                name="autorisation_revoquee_par_quelqu_un",
                violation_error_message="Une révocation dit qui l’a demandée.",
            ),
            models.UniqueConstraint(
                fields=["structure", "usager", "demarche"],
                condition=Q(revoquee_le=None, echue=False),
                name="autorisation_ouverte_unique",
                violation_error_message="Cette démarche est déjà autorisée à cette structure.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="autorisation_fin_apres_debut",
                violation_error_message="Une autorisation finit après son début.",
            ),
            models.CheckConstraint(
                condition=Q(revoquee_le=None)
                | Q(revoquee_le__gte=F("debut"), revoquee_le__lte=F("fin")),
                name="autorisation_revoquee_de_son_vivant",
                violation_error_message="Une autorisation est retirée entre son début et sa fin.",
            ),
            models.CheckConstraint(
                condition=Q(formulaire_le=None) | Q(motif="formulaire"),
                name="autorisation_formulaire_d_une_revocation",
                violation_error_message="La date du formulaire va avec une révocation sur papier.",
            ),
            models.CheckConstraint(
                condition=Q(echue=False) | Q(revoquee_le=None),
                name="autorisation_echue_ou_revoquee",
                violation_error_message="Une autorisation retirée ne peut plus arriver à sa fin.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @classmethod
    def du_mandat(cls, mandat: "Mandat", demarche: str) -> Self:
        """A new authorisation, with what it copies from its mandat; not saved."""
        return cls(
            mandat=mandat,
            structure_id=mandat.structure_id,
            usager_id=mandat.usager_id,
            classement=mandat.usager.classement,
            debut=mandat.signe_le,
            fin=mandat.fin,
            demarche=demarche,
        )

    @property
    def titre(self) -> str:
        return DEMARCHES[self.demarche].titre

    @property
    def est_active(self) -> bool:
        return self.revoquee_le is None and self.fin > timezone.now()

    @property
    def revoquee_le_en_clair(self) -> str:
        return en_clair(self.revoquee_le) if self.revoquee_le else ""

    @property
    def formulaire_le_en_clair(self) -> str:
        return jour_en_clair(self.formulaire_le) if self.formulaire_le else ""

    def clore(
        self, instant: datetime, *, par: str, motif: str, formulaire_le: date | None = None
    ) -> None:
        """Write the end; the caller holds the lock and writes the journal.

        The clocks of two servers differ: what was just signed elsewhere ends at its start.
        """
        self.revoquee_le, self.revoquee_par, self.motif = max(instant, self.debut), par, motif
        self.formulaire_le = formulaire_le
        self.save(update_fields=["revoquee_le", "revoquee_par", "motif", "formulaire_le"])
        suites.annoncer("autorisation_finie", self)

    def cadre_dans(self, structure: Structure) -> Cadre:
        return replace(structure.cadre, demarche=self.demarche)

    def concerne_dans(self, concerne: Concerne) -> Concerne:
        return replace(concerne, autorisation_ref=str(self.pk))
