"""Invitations: how an account is born, or how an existing one joins a structure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID, uuid4

from django.contrib.auth.password_validation import validate_password
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from aidants.courriers import GenreCourrier, prevenir, prevenir_ensemble
from aidants.models.aidants import Aidant, MotifDesactivation
from aidants.models.appartenances import Appartenance
from aidants.models.liens import LienParCourriel
from aidants.models.structures import Structure
from journal.actes import acte_de
from journal.actions import Action, Details
from journal.actions_comptes import (
    ACTIVATION,
    INVITATION,
    INVITATION_ANNULEE,
    INVITATION_RENVOYEE,
    INVITATION_SUPERVISION,
    SUPERVISION_DONNEE,
)
from journal.models import Auteur, Cadre, Concerne, Entree

VALIDITE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Personne:
    """Who is invited, as typed."""

    courriel: str
    prenom: str
    nom: str
    profession: str = ""

    @property
    def adresse(self) -> str:
        return self.courriel.strip().lower()

    @property
    def champs(self) -> dict[str, str]:
        noms = {"prenom": self.prenom, "nom": self.nom, "profession": self.profession}
        return {champ: valeur.strip() for champ, valeur in noms.items()}


class Refus(StrEnum):
    """Why an invitation opens nothing."""

    SERVIE = "servie"
    ANNULEE = "annulee"
    PERIMEE = "perimee"
    COMPTE_FERME = "compte_ferme"  # and no mail may open it again


def dans_sept_jours() -> datetime:
    return timezone.now() + VALIDITE


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def en_attente(self) -> "InvitationQuerySet":
        """Neither taken up nor cancelled; perhaps too old."""
        return self.filter(acceptee_le=None, annulee_le=None)

    @transaction.atomic
    def inviter(
        self,
        *,
        par: Auteur,
        structure: Structure | None,
        courriel: str,
        prenom: str,
        nom: str,
        profession: str = "",
        est_aidant: bool = True,
        est_responsable: bool = False,
        acte: UUID | None = None,
    ) -> "Invitation":
        """Invite someone into a structure, or into the supervision when there is none.

        An invitation of the same address to the same structure that still waits is sent again,
        with what is written now.
        """
        personne = Personne(courriel=courriel, prenom=prenom, nom=nom, profession=profession)
        [invitation] = self.inviter_ensemble(
            [personne],
            par=par,
            structure=structure,
            est_aidant=est_aidant,
            est_responsable=est_responsable,
            acte=acte or uuid4(),
        )
        return invitation

    @transaction.atomic
    def inviter_ensemble(
        self,
        personnes: Iterable[Personne],
        *,
        par: Auteur,
        structure: Structure | None,
        est_aidant: bool = True,
        est_responsable: bool = False,
        acte: UUID,
    ) -> "list[Invitation]":
        """Invite many people at once, in the same way: all of them, or nobody.

        Raises `ActeDejaInscrit` when the list was sent already.
        """
        roles = {
            "est_aidant": est_aidant and structure is not None,
            "est_responsable": est_responsable and structure is not None,
        }
        attendus = {personne.adresse: personne for personne in personnes}
        connues = self._verrouillees(structure, attendus)
        invitations = []
        for adresse, personne in attendus.items():
            ancienne = connues.get(adresse)
            invitation = ancienne or Invitation(structure=structure, courriel=adresse)
            change = invitation._ecrire_champs({**personne.champs, **roles})
            if ancienne and not change:
                invitation.inscrire(INVITATION_RENVOYEE, par=par, acte=acte_de(acte, adresse))
            else:
                invitation._inscrire_naissance(par=par, acte=acte_de(acte, adresse))
            invitations.append(invitation)
        self._enregistrer(invitations)
        return invitations

    def _verrouillees(
        self, structure: Structure | None, adresses: Iterable[str]
    ) -> "dict[str, Invitation]":
        """Those of these addresses that wait; two lists for one structure follow one another."""
        if structure:
            list(Structure.objects.select_for_update(no_key=True).filter(pk=structure.pk))
        attendues = self.en_attente().filter(structure=structure, courriel__in=adresses)
        return {i.courriel: i for i in attendues.select_for_update(of=("self",))}

    def _enregistrer(self, invitations: "list[Invitation]") -> None:
        """Save, under a new link for those that were known, and write to each person."""
        for ancienne in invitations:
            if not ancienne._state.adding:
                ancienne._rouvrir_lien()
        self.bulk_create([i for i in invitations if i._state.adding])
        prevenir_ensemble(
            GenreCourrier.INVITATION,
            [{"adresse": i.courriel, "invitation": i} for i in invitations],
        )

    def oublier(self, aidant: Aidant, courriel: str) -> None:
        """Forget the name and the address of a person whose account is anonymised.

        A link that could still open an account is another beginning: it is left as it is.
        """
        siennes = self.filter(Q(aidant=aidant) | Q(courriel=courriel))
        vivantes = Q(acceptee_le=None, annulee_le=None, expire_le__gt=timezone.now())
        siennes.filter(~vivantes, acceptee_le=None, annulee_le=None).update(
            annulee_le=timezone.now()
        )
        siennes.exclude(vivantes).update(
            courriel=aidant.courriel, prenom=aidant.prenom, nom=aidant.nom, profession=""
        )


class Invitation(LienParCourriel):
    USAGE: ClassVar[str] = "invitation"

    structure = models.ForeignKey(
        Structure, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    courriel = models.EmailField("adresse électronique")
    prenom = models.CharField("prénom", max_length=100)
    nom = models.CharField("nom", max_length=100)
    profession = models.CharField("profession", max_length=150, blank=True)
    est_aidant = models.BooleanField("aidant", default=True)
    est_responsable = models.BooleanField("responsable", default=False)
    expire_le = models.DateTimeField("valable jusqu’au", default=dans_sept_jours)
    acceptee_le = models.DateTimeField("acceptée le", null=True, blank=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)
    aidant = models.ForeignKey(
        Aidant, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )  # the account that took it up

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["courriel", "structure"],
                condition=Q(acceptee_le=None, annulee_le=None),
                nulls_distinct=False,
                name="invitation_en_attente_unique",
                violation_error_message="Cette personne est déjà invitée.",
            ),
            models.CheckConstraint(
                condition=Q(structure=None) | Q(est_aidant=True) | Q(est_responsable=True),
                name="invitation_un_role_au_moins",
                violation_error_message="Choisissez au moins un rôle.",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation de {self.nom_complet}"

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom.upper()}"

    @property
    def hote(self) -> str:
        """Who invites."""
        return self.structure.nom if self.structure else "l’équipe nationale d’Aidants Connect"

    @property
    def roles(self) -> Details:
        return {"aidant": self.est_aidant, "responsable": self.est_responsable}

    @property
    def est_en_attente(self) -> bool:
        return self.acceptee_le is None and self.annulee_le is None

    @property
    def est_utilisable(self) -> bool:
        ouverte = self.structure is None or self.structure.active
        return self.est_en_attente and ouverte and not self.est_expire

    def motif_de_refus(self) -> Refus | None:
        """Why the link opens nothing; None when it does."""
        if self.acceptee_le:
            return Refus.SERVIE
        if not self.est_utilisable:
            return Refus.PERIMEE if self.est_en_attente and self.est_expire else Refus.ANNULEE
        compte = self.compte_existant
        return Refus.COMPTE_FERME if compte and not compte.is_active else None

    @transaction.atomic
    def renvoyer(self, *, par: Auteur, acte: UUID | None = None) -> bool:
        """Open a new link for seven days; the old one is dead."""
        invitation = self._verrouiller()
        if not invitation.est_en_attente:
            return False
        invitation._rouvrir_lien()
        invitation.inscrire(INVITATION_RENVOYEE, par=par, acte=acte)
        prevenir(GenreCourrier.INVITATION, adresse=invitation.courriel, invitation=invitation)
        return True

    def _rouvrir_lien(self) -> None:
        self.version += 1
        self.expire_le = dans_sept_jours()
        self.save()

    def _ecrire_champs(self, champs: Mapping[str, str | bool]) -> bool:
        """Take what is typed now; return whether something changed."""
        change = any(getattr(self, nom) != valeur for nom, valeur in champs.items())
        for nom, valeur in champs.items():
            setattr(self, nom, valeur)
        return change

    def _inscrire_naissance(self, *, par: Auteur, acte: UUID) -> None:
        if self.structure:
            self.inscrire(INVITATION, par=par, acte=acte, details=self.roles)
        else:
            self.inscrire(INVITATION_SUPERVISION, par=par, acte=acte)

    @transaction.atomic
    def annuler(self, *, par: Auteur, acte: UUID | None = None) -> bool:
        invitation = self._verrouiller()
        if not invitation.est_en_attente:
            return False
        invitation.annulee_le = timezone.now()
        invitation.save(update_fields=["annulee_le"])
        invitation.inscrire(INVITATION_ANNULEE, par=par, acte=acte)
        return True

    @transaction.atomic
    def creer_compte(self, mot_de_passe: str) -> Aidant | None:
        """Make the account that was invited, or open again the one that was closed.

        None when the link is used, cancelled or too old. Without a factor, the account may enrol
        its first one by its password, until the invitation would have ended. Raises
        ValidationError for a password that the rules refuse.
        """
        invitation = self._verrouiller()
        if not invitation.est_utilisable or invitation.compte_existant is not None:
            return None
        aidant = invitation._rouvrir(mot_de_passe) or invitation._ouvrir(mot_de_passe)
        aidant.enrolement_jusqua = invitation.expire_le
        aidant.save(update_fields=["enrolement_jusqua"])
        invitation._donner(aidant)
        return aidant

    @property
    def compte_existant(self) -> Aidant | None:
        """The account of this address that must log in to take the invitation up.

        A closed account is opened by the link. One closed for suspicious use is not, nor, by a
        structure, one of the supervision, which would come back with all its rights.
        """
        aidant = Aidant.objects.filter(courriel=self.courriel).first()
        if aidant is None or aidant.is_active:
            return aidant
        reserve = aidant.supervision and self.structure is not None
        suspect = aidant.desactive_motif == MotifDesactivation.SOUPCON
        return aidant if suspect or reserve else None

    @property
    def titulaire(self) -> Aidant:
        """The account of this address, or the one to be born."""
        existant = Aidant.objects.filter(courriel=self.courriel).first()
        return existant or Aidant(courriel=self.courriel, prenom=self.prenom, nom=self.nom)

    def _ouvrir(self, mot_de_passe: str) -> Aidant:
        aidant = Aidant.objects.creer(
            courriel=self.courriel,
            mot_de_passe=mot_de_passe,
            prenom=self.prenom,
            nom=self.nom,
            profession=self.profession,
        )
        aidant.inscrire(ACTIVATION, par=aidant.auteur, cadre=self.cadre)
        return aidant

    def _rouvrir(self, mot_de_passe: str) -> Aidant | None:
        fermes = Aidant.objects.select_for_update().filter(is_active=False)
        if (aidant := fermes.filter(courriel=self.courriel).first()) is None:
            return None
        validate_password(mot_de_passe, aidant)
        self._clore_ailleurs(aidant)
        aidant.reactiver(par=aidant.auteur, cadre=self.cadre)
        aidant.changer_mot_de_passe(mot_de_passe, moyen="oubli")
        aidant.refresh_from_db()
        return aidant

    def _clore_ailleurs(self, aidant: Aidant) -> None:
        """What somebody closed elsewhere is not for this structure to open again."""
        if aidant.desactive_motif == MotifDesactivation.INACTIVITE:
            return
        for appartenance in aidant.appartenances.ouvertes().exclude(structure=self.structure):
            appartenance.finir(par=aidant.auteur, precision="Compte fermé avant une invitation.")

    @transaction.atomic
    def rejoindre(self, aidant: Aidant) -> bool:
        """An account that exists takes the invitation up, logged in under the invited address."""
        invitation = self._verrouiller()
        compte = aidant.verrouiller()
        if not invitation.est_utilisable or compte.courriel != invitation.courriel:
            return False
        invitation._donner(compte)
        return True

    def _donner(self, aidant: Aidant) -> None:
        self.acceptee_le, self.aidant = timezone.now(), aidant
        self.save(update_fields=["acceptee_le", "aidant"])
        if self.structure is None:
            aidant.supervision = True
            aidant.save(update_fields=["supervision"])
            aidant.inscrire(SUPERVISION_DONNEE, par=aidant.auteur)
            return
        Appartenance.objects.ouvrir(
            aidant=aidant,
            structure=self.structure,
            par=aidant.auteur,
            est_aidant=self.est_aidant,
            est_responsable=self.est_responsable,
        )

    @property
    def cadre(self) -> Cadre:
        return self.structure.cadre if self.structure else Cadre()

    def inscrire(
        self,
        action: Action,
        *,
        par: Auteur,
        acte: UUID | None = None,
        details: Details | None = None,
    ) -> None:
        Entree.objects.inscrire(
            action,
            acte=acte or uuid4(),
            par=par,
            cadre=self.cadre,
            concerne=Concerne(aidant_ref=str(self.pk), aidant_nom=self.nom_complet),
            details=details,
        )

    def _verrouiller(self) -> "Invitation":
        """With the others of its address: of two links taken up at a time, one waits."""
        liens = Invitation.objects.filter(Q(pk=self.pk) | Q(courriel=self.courriel)).order_by("pk")
        return next(i for i in liens.select_for_update(of=("self",)) if i.pk == self.pk)
