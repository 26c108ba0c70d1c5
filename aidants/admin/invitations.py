"""Invitations: who was invited and does not answer, one more person, or a whole list."""

import uuid
from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from aidants import connexion
from aidants.acces import RequeteConnectee
from aidants.admin.actes import Acte, ActeForm, AvecActes, Refus
from aidants.admin.filtres import FiltreStructure
from aidants.admin.roles import LectureDesResponsables, compte, structures_gerees
from aidants.administration import site
from aidants.essais import compteurs_invitations
from aidants.forms.admin_aidants import ROLES, DestinationForm, InvitationForm, role_de
from aidants.forms.liste_invitations import ListeForm
from aidants.middleware import demander_reprise
from aidants.models import Echec, Invitation, Structure
from aidants.models.invitations import Personne
from journal.models import ActeDejaInscrit, Entree

LISTE = "admin:aidants_invitation_changelist"
TROP_D_ENVOIS = (
    "Cette invitation est déjà partie plusieurs fois aujourd’hui. Vérifiez l’adresse avec la "
    "personne, et regardez ses courriers indésirables. Vous pourrez la renvoyer plus tard."
)


# --- Acts -----------------------------------------------------------------------------------------


def _attend(_request: HttpRequest, invitation: Invitation) -> bool:
    return invitation.est_en_attente


def _peut_renvoyer(_request: HttpRequest, invitation: Invitation) -> bool:
    ouverte = invitation.structure is None or invitation.structure.active
    return ouverte and invitation.est_en_attente


def _renvoyer(
    request: HttpRequest, invitation: Invitation, donnees: dict[str, Any]
) -> str | Refus | None:
    if Echec.objects.tenter(compteurs_invitations(str(invitation.pk))) is None:
        return Refus(NON_FIELD_ERRORS, TROP_D_ENVOIS)
    fait = invitation.renvoyer(par=compte(request).auteur, acte=donnees["acte"])
    return f"L’invitation de {invitation.nom_complet} est renvoyée." if fait else None


def _annuler(request: HttpRequest, invitation: Invitation, donnees: dict[str, Any]) -> str | None:
    fait = invitation.annuler(par=compte(request).auteur, acte=donnees["acte"])
    return f"L’invitation de {invitation.nom_complet} est annulée." if fait else None


ACTES = (
    Acte(
        nom="renvoyer",
        libelle="Renvoyer l’invitation",
        consequence="Un nouveau lien part par courriel, valable 7 jours. L’ancien lien ne sert "
        "plus.",
        executer=_renvoyer,
        possible=_peut_renvoyer,
        formulaire=ActeForm,
    ),
    Acte(
        nom="annuler",
        libelle="Annuler l’invitation",
        consequence="Le lien envoyé ne sert plus. Vous pourrez inviter la personne de nouveau.",
        executer=_annuler,
        possible=_attend,
        formulaire=ActeForm,
        dangereux=True,
    ),
)


# --- The list -------------------------------------------------------------------------------------


class FiltreEtat(admin.SimpleListFilter):
    """What waits, unless one asks for something else."""

    title = "état"
    parameter_name = "etat"
    defaut = "attente"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [
            ("attente", "en attente"), ("expirees", "expirées"), ("acceptees", "acceptées"),
            ("annulees", "annulées"), ("toutes", "toutes"),
        ]  # fmt: skip

    def value(self) -> str:
        return super().value() or self.defaut

    def choices(self, changelist: Any) -> Iterator[Any]:
        for cle, titre in self.lookup_choices:
            yield {
                "selected": self.value() == cle,
                "query_string": changelist.get_query_string({self.parameter_name: cle}),
                "display": titre,
            }

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Invitation]
    ) -> QuerySet[Invitation]:
        ouvertes = {"acceptee_le": None, "annulee_le": None}
        etats: dict[str, dict[str, Any]] = {
            "attente": {**ouvertes, "expire_le__gt": timezone.now()},
            "expirees": {**ouvertes, "expire_le__lte": timezone.now()},
            "acceptees": {"acceptee_le__isnull": False},
            "annulees": {"annulee_le__isnull": False},
        }
        return queryset.filter(**etats.get(self.value(), {}))


@admin.register(Invitation, site=site)
class InvitationAdmin(AvecActes[Invitation], LectureDesResponsables[Invitation]):
    actes = ACTES
    actions = None
    list_display = ["nom", "prenom", "courriel", "structure", "role", "expire_le", "etat"]
    list_filter = [FiltreEtat, FiltreStructure]
    filtres = frozenset({"etat", "structure"})
    list_select_related = ["structure"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["nom", "prenom", "courriel"]
    search_help_text = "Nom, prénom ou adresse électronique"
    change_list_template = "admin/aidants/invitation/change_list.html"
    fields = readonly_fields = (
        "prenom", "nom", "courriel", "profession", "structure", "role", "etat", "cree_le",
        "expire_le", "acceptee_le", "annulee_le",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        toutes = super().get_queryset(request).select_related("structure")
        if compte(request).supervision:
            return toutes
        return toutes.filter(structure__in=structures_gerees(request))

    def historique(self, request: HttpRequest, objet: Invitation) -> QuerySet[Entree]:
        return Entree.objects.pour_aidant(objet.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return compte(request).is_staff

    @admin.display(description="rôle")
    def role(self, invitation: Invitation) -> str:
        if invitation.structure_id is None:
            return "supervision"
        return ROLES[role_de(invitation.est_aidant, invitation.est_responsable)]

    @admin.display(description="état")
    def etat(self, invitation: Invitation) -> str:
        if invitation.acceptee_le:
            return "acceptée"
        if invitation.annulee_le:
            return "annulée"
        return "expirée" if invitation.est_expire else "en attente"

    # --- To invite ---

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view(self.inviter_plusieurs)
        plusieurs = path("plusieurs/", vue, name="aidants_invitation_plusieurs")
        return [plusieurs, *super().get_urls()]

    # Django's own add page saves a row; an invitation is a mail and a journal entry as well.
    def add_view(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponseBase:  # type: ignore[override]  # its only caller takes any response
        form = InvitationForm(request.POST or None, **self._destinations(request))
        if request.method == "POST" and form.is_valid():
            personne = {nom: form.cleaned_data[nom] for nom in ("courriel", "prenom", "nom")}
            return self._inviter(
                request, form, [Personne(**personne, profession=form.cleaned_data["profession"])]
            )
        return self._rendre(request, "invitation", form, "Inviter une personne")

    def inviter_plusieurs(self, request: HttpRequest) -> HttpResponseBase:
        """Check a list, line by line; once all of it is right, invite everybody at once."""
        form = ListeForm(request.POST or None, request.FILES or None, **self._destinations(request))
        if request.method == "POST" and form.est_juste and "inviter" in request.POST:
            return self._inviter(request, form, form.personnes)
        return self._rendre(request, "plusieurs", form, "Inviter plusieurs personnes")

    def _destinations(self, request: HttpRequest) -> dict[str, Any]:
        if not self.has_add_permission(request):
            raise PermissionDenied
        supervision = compte(request).supervision
        gerees = Structure.objects.all() if supervision else structures_gerees(request)
        return {
            "structures": gerees.filter(active=True),
            "supervision": supervision,
            "initial": {"acte": uuid.uuid4()},
        }

    def _inviter(
        self, request: HttpRequest, form: DestinationForm, personnes: list[Personne]
    ) -> HttpResponseBase:
        if not connexion.code_recent(request):
            return demander_reprise(cast("RequeteConnectee", request))
        try:
            with transaction.atomic():
                Invitation.objects.inviter_ensemble(
                    personnes,
                    par=compte(request).auteur,
                    structure=form.structure,
                    acte=form.cleaned_data["acte"],
                    **form.roles,
                )
        except ActeDejaInscrit:
            messages.info(request, "C’était déjà fait : personne n’est invité deux fois.")
        else:
            messages.success(request, _succes(personnes))
        return redirect(LISTE)

    def _rendre(
        self, request: HttpRequest, page: str, form: DestinationForm, titre: str
    ) -> HttpResponse:
        contexte = {
            **self.admin_site.each_context(request),
            "title": titre,
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, f"admin/aidants/invitation/{page}.html", contexte)


def _succes(personnes: list[Personne]) -> str:
    if len(personnes) == 1:
        return f"{personnes[0].prenom} {personnes[0].nom.upper()} reçoit une invitation."
    return f"{len(personnes)} personnes reçoivent une invitation, valable 7 jours."
