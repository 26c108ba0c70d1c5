"""What a responsable or the supervision may do to an account: who, when, and with what words.

A responsable acts within the structures that they manage, never upon the supervision; nobody closes
their own account nor takes their own factors away.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from aidants import facteurs, supervision
from aidants.admin.actes import Acte, MotifForm
from aidants.admin.roles import compte
from aidants.forms.admin_aidants import ROLES, role_de, roles_choisis
from aidants.models import Aidant, Appartenance, MotifDesactivation
from journal.models import Cadre

DERNIERE = (
    "{structure} n’aurait plus de responsable. Nommez d’abord une autre personne responsable, "
    "ou demandez à la supervision."
)


# --- Who may do what ------------------------------------------------------------------------------


def roles_ici(aidant: Aidant) -> Sequence[Appartenance]:
    """The open roles that the reader may see, as the list's query brought them."""
    ici: Sequence[Appartenance] = getattr(aidant, "appartenances_ici", ())
    return ici


def _gere_tout(request: HttpRequest, aidant: Aidant) -> bool:
    """Whether no structure of the person is somebody else's to manage."""
    ailleurs = getattr(aidant, "a_ailleurs", True)
    return compte(request).supervision or (bool(roles_ici(aidant)) and not ailleurs)


def peut_agir(request: HttpRequest, aidant: Aidant) -> bool:
    permis = compte(request).supervision or not aidant.supervision
    return permis and aidant.anonymise_le is None


def peut_toucher_aux_moyens(request: HttpRequest, aidant: Aidant) -> bool:
    """Not of who manages another structure: a factor lent by one manager would open it too."""
    ailleurs = not compte(request).supervision and getattr(aidant, "gere_ailleurs", True)
    return peut_agir(request, aidant) and not ailleurs


def _soi_meme(request: HttpRequest, aidant: Aidant) -> bool:
    return compte(request).pk == aidant.pk


def peut_desactiver(request: HttpRequest, aidant: Aidant) -> bool:
    autre = aidant.is_active and not _soi_meme(request, aidant)
    return autre and peut_agir(request, aidant) and _gere_tout(request, aidant)


def peut_reactiver(request: HttpRequest, aidant: Aidant) -> bool:
    """After a suspicion, the supervision decides; after an absence, any of the structures."""
    if aidant.is_active or not peut_agir(request, aidant):
        return False
    if compte(request).supervision:
        return True
    if aidant.desactive_motif == MotifDesactivation.INACTIVITE:
        return bool(roles_ici(aidant))
    return aidant.desactive_motif != MotifDesactivation.SOUPCON and _gere_tout(request, aidant)


def peut_changer_role(request: HttpRequest, aidant: Aidant) -> bool:
    return aidant.is_active and peut_retirer(request, aidant)


def peut_retirer(request: HttpRequest, aidant: Aidant) -> bool:
    return peut_agir(request, aidant) and bool(roles_ici(aidant))


def peut_reinitialiser(request: HttpRequest, aidant: Aidant) -> bool:
    autre = aidant.is_active and not _soi_meme(request, aidant)
    return autre and peut_toucher_aux_moyens(request, aidant)


def peut_retirer_de_la_supervision(request: HttpRequest, aidant: Aidant) -> bool:
    return aidant.supervision and compte(request).supervision and not _soi_meme(request, aidant)


def peut_anonymiser(request: HttpRequest, aidant: Aidant) -> bool:
    if aidant.is_active or not compte(request).supervision:
        return False
    return Aidant.objects.anonymisables(timezone.now()).filter(pk=aidant.pk).exists()


def cadre(aidant: Aidant) -> Cadre | None:
    """In whose part of the journal the act is read: the first structure shared."""
    return next((appartenance.structure.cadre for appartenance in roles_ici(aidant)), None)


# --- What is asked --------------------------------------------------------------------------------


class DesactivationForm(MotifForm):
    motif = forms.ChoiceField(
        label="Raison",
        choices=[
            ("", "Choisissez"),
            *((m.value, m.label) for m in MotifDesactivation if m not in (
                MotifDesactivation.INACTIVITE, MotifDesactivation.DERNIER_DEPART
            )),
        ],
        error_messages={"required": "Choisissez la raison."},
        help_text="Après « usage suspect », seule la supervision peut réactiver le compte.",
    )  # fmt: skip
    field_order = ["acte", "motif", "precision"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["precision"].label = "Explication"


class SelonStructureForm(MotifForm):
    """An act upon one role: the structure is asked when there are several."""

    appartenance = forms.ModelChoiceField(
        label="Structure",
        queryset=Appartenance.objects.none(),
        empty_label="Choisissez",
        error_messages={"required": "Choisissez la structure."},
    )
    field_order = ["acte", "appartenance", "role", "precision"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ici = roles_ici(self.objet) if isinstance(self.objet, Aidant) else ()
        cles = [appartenance.pk for appartenance in ici]
        champ: Any = self.fields["appartenance"]
        champ.queryset = Appartenance.objects.filter(pk__in=cles).select_related("structure")
        champ.label_from_instance = lambda appartenance: appartenance.structure.nom
        self.choisie = self._choisie(ici)
        champ.initial = self.choisie and self.choisie.pk
        if len(ici) == 1:
            champ.empty_label = None

    def _choisie(self, ici: Sequence[Appartenance]) -> Appartenance | None:
        demandee = self.request.GET.get("appartenance")
        seule = ici[0] if len(ici) == 1 else None
        return next((a for a in ici if str(a.pk) == demandee), seule)

    def refuser_la_derniere(self, appartenance: Appartenance | None, champ: str) -> None:
        auteur = compte(self.request).auteur
        if appartenance and appartenance.doit_rester_responsable(auteur):
            self.add_error(champ, DERNIERE.format(structure=appartenance.structure))


class RoleForm(SelonStructureForm):
    role = forms.ChoiceField(label="Rôle", choices=list(ROLES.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.choisie:
            actuel = role_de(self.choisie.est_aidant, self.choisie.est_responsable)
            self.fields["role"].initial = actuel

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("role") == "aidant":
            self.refuser_la_derniere(donnees.get("appartenance"), "role")
        return donnees


class DepartForm(SelonStructureForm):
    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        self.refuser_la_derniere(donnees.get("appartenance"), "appartenance")
        return donnees


class ReinitialisationForm(MotifForm):
    verifiee = forms.BooleanField(
        label="J’ai vérifié l’identité de cette personne",
        help_text="De vive voix ou en face d’elle : un message peut venir de quelqu’un d’autre.",
        error_messages={"required": "Vérifiez d’abord qui demande, puis cochez la case."},
    )
    field_order = ["acte", "verifiee", "precision"]


# --- What is done ---------------------------------------------------------------------------------


def _desactiver(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | None:
    fait = aidant.desactiver(
        par=compte(request).auteur,
        motif=MotifDesactivation(donnees["motif"]),
        precision=donnees["precision"],
        cadre=cadre(aidant),
        acte=donnees["acte"],
    )
    return f"Le compte de {aidant} est désactivé. Ses sessions sont fermées." if fait else None


def _reactiver(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | None:
    fait = aidant.reactiver(
        par=compte(request).auteur,
        precision=donnees["precision"],
        cadre=cadre(aidant),
        acte=donnees["acte"],
    )
    return f"Le compte de {aidant} est réactivé, avec les rôles qu’il avait." if fait else None


def _changer_role(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | None:
    appartenance = donnees["appartenance"]
    fait = appartenance.changer_roles(
        par=compte(request).auteur,
        precision=donnees["precision"],
        acte=donnees["acte"],
        sauf_session=request.session.session_key,  # one's own, when the role is one's own
        **roles_choisis(donnees["role"]),
    )
    role = ROLES[donnees["role"]]
    return f"{aidant} est maintenant {role} à {appartenance.structure}." if fait else None


def _retirer(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | None:
    appartenance = donnees["appartenance"]
    fait = appartenance.finir(
        par=compte(request).auteur,
        precision=donnees["precision"],
        acte=donnees["acte"],
        sauf_session=request.session.session_key,
    )
    return f"{aidant} ne fait plus partie de {appartenance.structure}." if fait else None


def _reinitialiser(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | None:
    facteurs.reinitialiser(
        aidant,
        par=compte(request).auteur,
        precision=donnees["precision"],
        cadre=cadre(aidant),
        acte=donnees["acte"],
    )
    return f"Les moyens de connexion de {aidant} sont retirés. Un courriel lui est envoyé."


def _retirer_de_la_supervision(
    request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]
) -> str | None:
    fait = supervision.quitter(
        aidant, par=compte(request).auteur, precision=donnees["precision"], acte=donnees["acte"]
    )
    return f"{aidant} ne fait plus partie de l’équipe nationale." if fait else None


def _anonymiser(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | None:
    fait = aidant.anonymiser(
        par=compte(request).auteur, precision=donnees["precision"], acte=donnees["acte"]
    )
    return "Le compte est anonymisé." if fait else None


ACTES: tuple[Acte, ...] = (
    Acte(
        nom="changer-role",
        libelle="Changer le rôle",
        consequence="Le nouveau rôle vaut tout de suite\u00a0: les sessions de la "
        "personne sont fermées. Elle reçoit un courriel.",
        executer=_changer_role,
        possible=peut_changer_role,
        formulaire=RoleForm,
    ),
    Acte(
        nom="reinitialiser",
        libelle="Réinitialiser les moyens de connexion",
        consequence="À faire quand la personne a tout perdu : téléphone, carte et clé. Tous ses "
        "moyens de connexion et ses codes de secours sont retirés, ses sessions sont fermées, sa "
        "carte est mise hors service. Elle reçoit un lien par courriel pour en ajouter un autre, "
        "avec son mot de passe.",
        executer=_reinitialiser,
        possible=peut_reinitialiser,
        formulaire=ReinitialisationForm,
        dangereux=True,
    ),
    Acte(
        nom="retirer",
        libelle="Retirer de la structure",
        consequence="La personne n’agit plus pour cette structure. Ses mandats restent à la "
        "structure. Si c’était sa dernière structure, son compte est désactivé. Elle reçoit un "
        "courriel. Pour qu’elle revienne, il faudra l’inviter.",
        executer=_retirer,
        possible=peut_retirer,
        formulaire=DepartForm,
        dangereux=True,
    ),
    Acte(
        nom="desactiver",
        libelle="Désactiver le compte",
        consequence="La personne ne peut plus se connecter. Ses sessions et les démarches en "
        "cours s’arrêtent tout de suite. Ses mandats restent à la structure. Elle reçoit un "
        "courriel. Vous pourrez réactiver le compte.",
        executer=_desactiver,
        possible=peut_desactiver,
        formulaire=DesactivationForm,
        dangereux=True,
    ),
    Acte(
        nom="reactiver",
        libelle="Réactiver le compte",
        consequence="La personne peut se connecter de nouveau, avec les mêmes rôles et les mêmes "
        "moyens de connexion. Elle reçoit un courriel.",
        executer=_reactiver,
        possible=peut_reactiver,
    ),
    Acte(
        nom="retirer-supervision",
        libelle="Retirer de l’équipe nationale",
        consequence="La personne ne voit plus que ses propres structures. Ses sessions sont "
        "fermées. Si elle n’a aucune structure, son compte est désactivé. Elle reçoit un "
        "courriel.",
        executer=_retirer_de_la_supervision,
        possible=peut_retirer_de_la_supervision,
        dangereux=True,
    ),
    Acte(
        nom="anonymiser",
        libelle="Anonymiser le compte",
        consequence="Le nom, l’adresse et la profession sont effacés pour toujours. Les mandats "
        "et le journal restent.",
        executer=_anonymiser,
        possible=peut_anonymiser,
        dangereux=True,
    ),
)
