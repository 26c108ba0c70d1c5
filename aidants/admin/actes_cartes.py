"""The TOTP card of a person: lent, put into service by its first code, taken back."""

from typing import Any

from django import forms
from django.http import HttpRequest

from aidants.admin.actes import Acte, ActeForm, Refus
from aidants.admin.actes_aidants import cadre, peut_toucher_aux_moyens
from aidants.admin.roles import compte
from aidants.essais import compteurs_series
from aidants.forms.cartes import MOTIFS, CodeCarteField, SerieField
from aidants.models import Aidant, CarteTotp, Echec, MotifDissociation
from aidants.models.cartes import Etat

# The same for a number that does not exist and for a card that somebody has.
SERIE_REFUSEE = "Aucune carte libre ne porte ce numéro. Relisez-le au dos de la carte."
TROP_DE_SERIES = "Trop de numéros refusés. Attendez quelques minutes avant de réessayer."
CODE_REFUSE = (
    "La carte n’est pas reconnue. Attendez qu’elle affiche un nouveau code, puis écrivez-le. "
    "Après plusieurs erreurs, attendez quelques minutes."
)


class AssocierForm(ActeForm):
    serie = SerieField(
        label="Numéro de série",
        max_length=60,
        help_text="Il est écrit au dos de la carte.",
        error_messages={"required": "Écrivez le numéro de série."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ValiderForm(ActeForm):
    code = CodeCarteField(
        label="Code affiché par la carte",
        help_text="Six chiffres. Allumez la carte et recopiez-les tout de suite.",
    )


class DissocierForm(ActeForm):
    motif = forms.ChoiceField(
        label="Raison",
        choices=MOTIFS,
        error_messages={"required": "Choisissez la raison."},
        help_text="Après un départ ou une erreur, la carte peut être prêtée à une autre personne. "
        "Sinon, elle est mise hors service.",
    )


# --- Who may do what ------------------------------------------------------------------------------


def carte_de(aidant: Aidant) -> CarteTotp | None:
    """At most one, as the page's query brought it."""
    return next(iter(aidant.cartes.all()), None)


def peut_associer(request: HttpRequest, aidant: Aidant) -> bool:
    return (
        aidant.is_active and peut_toucher_aux_moyens(request, aidant) and carte_de(aidant) is None
    )


def peut_valider(request: HttpRequest, aidant: Aidant) -> bool:
    carte = (
        carte_de(aidant) if aidant.is_active and peut_toucher_aux_moyens(request, aidant) else None
    )
    return carte is not None and carte.etat == Etat.ASSOCIEE


def peut_dissocier(request: HttpRequest, aidant: Aidant) -> bool:
    """Nobody takes their own factors away, in the middle of a session that they opened."""
    autre = compte(request).pk != aidant.pk
    return autre and peut_toucher_aux_moyens(request, aidant) and carte_de(aidant) is not None


# --- What is done ---------------------------------------------------------------------------------


def _associer(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | Refus:
    essai = Echec.objects.tenter(compteurs_series(str(compte(request).pk)))
    if essai is None:
        return Refus("serie", TROP_DE_SERIES)
    carte = CarteTotp.objects.en_stock().filter(serie=donnees["serie"]).first()
    if carte is None or not carte.associer(
        aidant=aidant, par=compte(request).auteur, cadre=cadre(aidant), acte=donnees["acte"]
    ):
        return Refus("serie", SERIE_REFUSEE)
    Echec.objects.filter(pk__in=essai).delete()  # this one alone: a card in hand forgives no guess
    return (
        f"La carte {carte.serie} est associée à {aidant}. "
        "Validez-la maintenant, avec un code qu’elle affiche."
    )


def _valider(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | Refus | None:
    carte = carte_de(aidant)
    if carte is None:
        return None
    fait = carte.valider(
        donnees["code"], par=compte(request).auteur, cadre=cadre(aidant), acte=donnees["acte"]
    )
    if not fait:
        return Refus("code", CODE_REFUSE)
    return f"La carte {carte.serie} est en service : {aidant} peut se connecter avec elle."


def _dissocier(request: HttpRequest, aidant: Aidant, donnees: dict[str, Any]) -> str | None:
    carte = carte_de(aidant)
    if carte is None:
        return None
    fait = carte.dissocier(
        par=compte(request).auteur,
        motif=MotifDissociation(donnees["motif"]),
        cadre=cadre(aidant),
        acte=donnees["acte"],
    )
    return f"La carte {carte.serie} n’est plus celle de {aidant}." if fait else None


ACTES_CARTES: tuple[Acte, ...] = (
    Acte(
        nom="associer-carte",
        libelle="Associer une carte",
        consequence="Vous prêtez une carte à cette personne. Elle ne pourra s’en servir qu’une "
        "fois la carte validée, à l’étape suivante.",
        executer=_associer,
        possible=peut_associer,
        formulaire=AssocierForm,
    ),
    Acte(
        nom="valider-carte",
        libelle="Valider la carte",
        consequence="Un code prouve que la carte marche, et que c’est la bonne. La personne "
        "pourra ensuite se connecter avec elle. Elle reçoit un courriel.",
        executer=_valider,
        possible=peut_valider,
        formulaire=ValiderForm,
    ),
    Acte(
        nom="dissocier-carte",
        libelle="Retirer la carte",
        consequence="La carte n’ouvre plus rien et les sessions de la personne sont fermées. "
        "Elle reçoit un courriel. Sans autre moyen de connexion, elle ne pourra plus se "
        "connecter.",
        executer=_dissocier,
        possible=peut_dissocier,
        formulaire=DissocierForm,
        dangereux=True,
    ),
)
