"""A person's roles in a structure, from a day to a day."""

import uuid

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from aidants.courriers import GenreCourrier
from aidants.models.aidants import Aidant, MotifDesactivation
from aidants.models.structures import Structure
from journal.actions import Details
from journal.actions_comptes import ROLE_CHANGE, ROLE_DONNE, ROLE_RETIRE
from journal.models import Auteur


class AppartenanceQuerySet(models.QuerySet["Appartenance"]):
    def ouvertes(self) -> "AppartenanceQuerySet":
        return self.filter(fin=None)

    def responsables(self) -> "AppartenanceQuerySet":
        return self.ouvertes().filter(est_responsable=True, aidant__is_active=True)

    @transaction.atomic
    def ouvrir(
        self,
        *,
        aidant: Aidant,
        structure: Structure,
        par: Auteur,
        est_aidant: bool,
        est_responsable: bool,
        acte: uuid.UUID | None = None,
    ) -> "Appartenance":
        """Give a person a role in a structure; a role that is open already is left as it is."""
        Aidant.objects.select_for_update().get(pk=aidant.pk)
        roles = {"est_aidant": est_aidant, "est_responsable": est_responsable}
        appartenance, nouvelle = self.get_or_create(
            aidant=aidant, structure=structure, fin=None, defaults=roles
        )
        if nouvelle:
            aidant.inscrire(
                ROLE_DONNE, par=par, cadre=structure.cadre, acte=acte, details=appartenance.roles
            )
        return appartenance


class Appartenance(models.Model):
    aidant = models.ForeignKey(Aidant, on_delete=models.PROTECT, related_name="appartenances")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="appartenances")
    est_aidant = models.BooleanField("aidant", default=True)
    est_responsable = models.BooleanField("responsable", default=False)
    debut = models.DateTimeField("depuis", default=timezone.now)
    fin = models.DateTimeField("jusqu’à", null=True, blank=True)
    # A use confirmed before it is dead, even when the role was lost and given back since.
    aidant_depuis = models.DateTimeField(default=timezone.now, editable=False)

    objects = AppartenanceQuerySet.as_manager()

    class Meta:
        verbose_name = "appartenance"
        constraints = [
            models.UniqueConstraint(
                fields=["aidant", "structure"],
                condition=Q(fin=None),
                name="appartenance_ouverte_unique",
                violation_error_message="Cette personne appartient déjà à cette structure.",
            ),
            models.CheckConstraint(
                condition=Q(est_aidant=True) | Q(est_responsable=True),
                name="appartenance_un_role_au_moins",
                violation_error_message="Choisissez au moins un rôle.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aidant} - {self.structure}"

    @property
    def roles(self) -> Details:
        """The roles as the journal's details."""
        return {"aidant": self.est_aidant, "responsable": self.est_responsable}

    @property
    def est_derniere_responsable(self) -> bool:
        """Whether the structure would be left without a manager."""
        autres = Appartenance.objects.responsables().filter(structure=self.structure_id)
        return self.est_responsable and not autres.exclude(pk=self.pk).exists()

    def doit_rester_responsable(self, par: Auteur) -> bool:
        """The last manager of a structure stays, unless the supervision says otherwise."""
        soumis = par.genre == "aidant" and self.aidant.is_active
        return soumis and self.est_derniere_responsable

    @transaction.atomic
    def changer_roles(
        self,
        *,
        par: Auteur,
        est_aidant: bool,
        est_responsable: bool,
        precision: str = "",
        acte: uuid.UUID | None = None,
        sauf_session: str | None = None,
    ) -> bool:
        """Return whether something changed. Sessions end: the new roles begin with a login."""
        appartenance = self._verrouiller()
        roles = (est_aidant, est_responsable)
        if appartenance.fin or (appartenance.est_aidant, appartenance.est_responsable) == roles:
            return False
        if not est_responsable and appartenance.doit_rester_responsable(par):
            return False
        if est_aidant and not appartenance.est_aidant:
            appartenance.aidant_depuis = timezone.now()
        appartenance.est_aidant, appartenance.est_responsable = est_aidant, est_responsable
        appartenance.save(update_fields=["est_aidant", "est_responsable", "aidant_depuis"])
        appartenance.aidant.fermer_sessions(sauf=sauf_session)
        appartenance.aidant.inscrire(
            ROLE_CHANGE,
            par=par,
            cadre=appartenance.structure.cadre,
            precision=precision,
            acte=acte,
            details=appartenance.roles,
        )
        appartenance.aidant.prevenir(
            GenreCourrier.ROLE_CHANGE,
            structure=appartenance.structure.nom,
            aidant=appartenance.est_aidant,
            responsable=appartenance.est_responsable,
        )
        return True

    @transaction.atomic
    def finir(
        self,
        *,
        par: Auteur,
        precision: str = "",
        acte: uuid.UUID | None = None,
        sauf_session: str | None = None,
    ) -> bool:
        """End the roles here, and the sessions; the last structure left closes the account."""
        appartenance = self._verrouiller()
        if appartenance.fin or appartenance.doit_rester_responsable(par):
            return False
        aidant, structure = appartenance.aidant, appartenance.structure
        appartenance.fin = timezone.now()
        appartenance.save(update_fields=["fin"])
        aidant.inscrire(ROLE_RETIRE, par=par, cadre=structure.cadre, precision=precision, acte=acte)
        if not aidant.supervision and not aidant.appartenances.ouvertes().exists():
            aidant.desactiver(
                par=par, motif=MotifDesactivation.DERNIER_DEPART, cadre=structure.cadre
            )
        else:
            aidant.fermer_sessions(sauf=sauf_session)
            aidant.prevenir(GenreCourrier.ROLE_RETIRE, structure=structure.nom)
        return True

    def _verrouiller(self) -> "Appartenance":
        """The account, the structure, then the role: two departures at a time see one another."""
        Aidant.objects.select_for_update().get(pk=self.aidant_id)
        Structure.objects.select_for_update(no_key=True).get(pk=self.structure_id)
        return Appartenance.objects.select_for_update().get(pk=self.pk)
