"""Acts of the admin: a page that says what will happen and to whom, a reason, a recent code, a yes.

Each act is a verb of a model; the page gives it its author and an id, so that a form sent twice is
one act.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from aidants import attentes, connexion
from aidants.acces import RequeteConnectee
from aidants.middleware import demander_reprise
from journal.models import ActeDejaInscrit, Entree

M = TypeVar("M", bound=Model)


class ActeForm(forms.Form):
    """What every act asks: its id, and a yes."""

    acte = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, objet: Model, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.objet, self.request = objet, request


class MotifForm(ActeForm):
    precision = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Il est écrit au journal. N’y mettez pas le nom d’un usager.",
        error_messages={"required": "Écrivez pourquoi."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True)
class Refus:
    """What the person can put right: said at the field, on the same page."""

    champ: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Acte:
    """One act offered on an object's page.

    `possible` says whether it is offered to this person for this object; `executer` calls the
    verb, inside a transaction, with the form's data, and returns the message of success, a `Refus`
    or, when it can no longer be done, None. What a refusal has counted is committed.
    """

    nom: str
    libelle: str
    consequence: str  # what will happen, in one or two sentences
    executer: Callable[[HttpRequest, Any, dict[str, Any]], str | Refus | None]
    possible: Callable[[HttpRequest, Any], bool]
    formulaire: type[ActeForm] = MotifForm
    dangereux: bool = False


class AvecActes(admin.ModelAdmin[M]):
    """A page of the admin with acts: buttons on the object's page, each to its own page."""

    actes: ClassVar[tuple[Acte, ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        propres = [
            path(
                f"<path:object_id>/{acte.nom}/",
                self.admin_site.admin_view(partial(self._vue_acte, acte=acte)),
                name=f"{base}_{acte.nom.replace('-', '_')}",
            )
            for acte in self.actes
        ]
        return propres + super().get_urls()

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["actes"] = self._offerts(request, context.get("original"))
        return super().render_change_form(request, context, *args, **kwargs)

    def _offerts(self, request: HttpRequest, objet: M | None) -> list[dict[str, Any]]:
        if objet is None:
            return []
        return [
            {
                "acte": a,
                "adresse": reverse(self._route(a.nom.replace("-", "_")), args=[quote(objet.pk)]),
            }
            for a in self.actes
            if a.possible(request, objet)
        ]

    def _vue_acte(self, request: HttpRequest, object_id: str, *, acte: Acte) -> HttpResponseBase:
        if _est_deja_fait(request):
            messages.info(request, "C’était déjà fait.")
            return redirect(self._route("changelist"))
        objet = self.get_object(request, unquote(object_id))
        if objet is None or not self.has_view_permission(request, objet):
            raise Http404
        if not acte.possible(request, objet):
            messages.warning(request, f"« {acte.libelle} » n’est pas possible ici.")
            return self._retour(request, objet)
        if not connexion.code_recent(request):
            return demander_reprise(cast("RequeteConnectee", request))
        form = acte.formulaire(request.POST or None, objet=objet, request=request)
        if request.method == "POST" and form.is_valid():
            refus = self._executer(request, objet, acte, form.cleaned_data)
            if refus is None:
                return self._retour(request, objet)
            form.add_error(refus.champ, refus.message)
        return self._page(request, objet, acte, form)

    def _executer(
        self, request: HttpRequest, objet: M, acte: Acte, donnees: dict[str, Any]
    ) -> Refus | None:
        message: str | Refus | None
        try:
            message = self._agir(request, objet, acte, donnees)
        except ActeDejaInscrit:
            message = "C’était déjà fait."
        if isinstance(message, Refus):
            return message
        if message:
            messages.success(request, message)
        else:
            messages.warning(
                request, "Rien n’a changé : cela avait déjà été fait, ou a changé entre-temps."
            )
        return None

    @attentes.repris
    @transaction.atomic
    def _agir(
        self, request: HttpRequest, objet: M, acte: Acte, donnees: dict[str, Any]
    ) -> str | Refus | None:
        return acte.executer(request, objet, donnees)

    def _page(self, request: HttpRequest, objet: M, acte: Acte, form: ActeForm) -> HttpResponse:
        contexte = {
            **self.admin_site.each_context(request),
            "title": acte.libelle,
            "acte": acte,
            "objet": objet,
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/acte.html", contexte)

    def _retour(self, request: HttpRequest, objet: M) -> HttpResponse:
        """Back to the object, or to the list when this person no longer sees it."""
        if self.get_object(request, str(objet.pk)) is None:
            return redirect(self._route("changelist"))
        return redirect(self._route("change"), quote(objet.pk))

    def _route(self, nom: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{nom}"


def _est_deja_fait(request: HttpRequest) -> bool:
    """A form sent twice: the first time may have taken the object out of sight."""
    try:
        acte = uuid.UUID(request.POST.get("acte", ""))
    except ValueError:
        return False
    return Entree.objects.filter(acte=acte).exists()
