"""A use, step by step: for whom, for which démarche, then « oui »; the address holds the choices.

Nothing of the choice is kept in the session: two tabs with two usagers never mix.
"""

import uuid
from typing import Any

from authlib.oauth2.rfc6749.errors import OAuth2Error
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidants.acces import RequeteAidant
from aidants.connexion import totp_donne_le
from aidants.demarches import DEMARCHES
from aidants.longues_listes import PaginateurLu
from aidants.models import Session
from fournisseur_identite import fins, moteur, ouvertes
from fournisseur_identite.models import DemandeAutorisation
from fournisseur_identite.views.autorisation import demande_en_cours, demande_perdue
from fournisseur_identite.views.redirections import Redirection303, vers_fs
from mandats import annuaire
from mandats.forms.listes import RechercheForm
from mandats.models import Autorisation
from mandats.origines import autoriser_formulaire_vers
from usagers.models import Usager

PAR_PAGE = 20
_PLACE = uuid.UUID(int=0)


@require_GET
@demande_en_cours
def oidc_usager(request: RequeteAidant, demande: DemandeAutorisation) -> HttpResponseBase:
    """For whom: the people for whom this structure may act on this site now."""
    form = RechercheForm(request.GET)
    termes = form.cleaned_data["q"] if form.is_valid() else ""
    cles = ouvertes.personnes(demande, request.structure, termes)
    page = PaginateurLu(cles, PAR_PAGE).get_page(request.GET.get("page"))
    demarches = ouvertes.possibles(demande, request.structure)
    contexte = _contexte(demande, demarches) | {
        "form": form,
        "termes": termes,
        "page_obj": page,
        "personnes": _lignes(demande, ouvertes.par_personne(demande, request.structure, page)),
        "nombre": page.paginator.count,
    }
    return render(request, "fournisseur_identite/oidc_usager.html", contexte)


def _lignes(
    demande: DemandeAutorisation, personnes: list[tuple[Usager, Autorisation | None]]
) -> list[tuple[Usager, str]]:
    """Each person, and the page of what is left to choose."""
    confirmation, demarche = (
        _modele("oidc_confirmation", demande),
        _modele("oidc_demarche", demande),
    )
    return [
        (usager, confirmation.format(seule.pk) if seule else demarche.format(usager.pk))
        for usager, seule in personnes
    ]


def _modele(route: str, demande: DemandeAutorisation) -> str:
    """An address of this request, to be filled twenty times: each resolution tries patterns."""
    return reverse(route, args=[demande.pk, _PLACE]).replace(str(_PLACE), "{}")


def _contexte(demande: DemandeAutorisation, demarches: list[str]) -> dict[str, Any]:
    return {"demande": demande, "fs": demande.fs, "demarches": [DEMARCHES[c] for c in demarches]}


@require_GET
@demande_en_cours
def oidc_demarche(
    request: RequeteAidant, demande: DemandeAutorisation, usager_id: uuid.UUID
) -> HttpResponseBase:
    """For which démarche, when more than one is possible."""
    usager = get_object_or_404(annuaire.usagers_de(request.structure), pk=usager_id)
    siennes = ouvertes.de_la_demande(demande, request.structure).pour(usager)
    trouvees = list(siennes.select_related("mandat"))
    if len(trouvees) == 1:
        return redirect("oidc_confirmation", demande.pk, trouvees[0].pk)
    rangees = sorted(trouvees, key=lambda a: list(DEMARCHES).index(a.demarche))
    contexte = _contexte(demande, ouvertes.possibles(demande, request.structure))
    contexte |= {"usager": usager, "autorisations": rangees}
    return render(request, "fournisseur_identite/oidc_demarche.html", contexte)


@require_http_methods(["GET", "POST"])
@demande_en_cours
def oidc_confirmation(
    request: RequeteAidant, demande: DemandeAutorisation, autorisation_id: uuid.UUID
) -> HttpResponseBase:
    """Person, site and démarche, in large; a POST gives the FS its code."""
    if request.method == "POST":
        return _confirmer(request, demande, autorisation_id)
    autorisation = ouvertes.une(demande, request.structure, autorisation_id)
    if autorisation is None:
        return _plus_possible(request, demande, autorisation_id)
    contexte = _contexte(demande, [autorisation.demarche]) | {"autorisation": autorisation}
    reponse = render(request, "fournisseur_identite/oidc_confirmation.html", contexte)
    return autoriser_formulaire_vers(reponse, "https:", demande.parametres["redirect_uri"])


def _plus_possible(
    request: RequeteAidant, demande: DemandeAutorisation, autorisation_id: uuid.UUID
) -> HttpResponseBase:
    """The authorisation ended meanwhile, or never was of this structure."""
    autorisation = get_object_or_404(
        Autorisation.objects.de(request.structure).select_related("mandat__usager"),
        pk=autorisation_id,
    )
    contexte = _contexte(demande, []) | {"usager": autorisation.mandat.usager}
    return render(request, "fournisseur_identite/plus_possible.html", contexte, status=409)


def _confirmer(
    request: RequeteAidant, demande: DemandeAutorisation, autorisation_id: uuid.UUID
) -> HttpResponseBase:
    """Check under the locks, then hand the code out; a second click finds it done."""
    Session.objects.retenir(request.user)
    cle = request.session.session_key or ""
    autorisation = ouvertes.verrouillee(demande, request.structure, autorisation_id, session=cle)
    if ouvertes.a_servi(demande, autorisation):
        return demande_perdue(request, DemandeAutorisation.objects.verrouiller(demande.pk))
    if autorisation is None:
        return _plus_possible(request, demande, autorisation_id)
    if not ouvertes.session_ouverte(autorisation):
        return Redirection303(request.get_full_path())  # which asks to log in
    return _delivrer(request, demande, autorisation)


def _delivrer(
    request: RequeteAidant, demande: DemandeAutorisation, autorisation: Autorisation
) -> HttpResponseBase:
    auth_time = totp_donne_le(request)
    if auth_time is None:
        raise AssertionError("A session has its strong authentication.")
    try:
        code = moteur.delivrer_code(
            demande,
            aidant=request.user,
            structure=request.structure,
            autorisation=autorisation,
            auth_time=auth_time,
        )
    except OAuth2Error as erreur:
        return vers_fs(request, demande.parametres, moteur.parametres_erreur(erreur))
    fins.noter(request.session, demande)
    return vers_fs(request, demande.parametres, {"code": code})


@require_POST
@demande_en_cours
def oidc_annuler(request: RequeteAidant, demande: DemandeAutorisation) -> HttpResponseBase:
    """The aidant gives up: the FS is told (RFC 6749, section 4.1.2.1)."""
    demande = DemandeAutorisation.objects.verrouiller(demande.pk)
    if demande.est_close:
        return demande_perdue(request, demande)
    demande.annuler()
    erreur = {"error": "access_denied", "error_description": "The request was cancelled."}
    return vers_fs(request, demande.parametres, erreur)
