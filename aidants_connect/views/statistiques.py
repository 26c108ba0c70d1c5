"""The public figures and their charts, from one reading of the moment's figures."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aidants.demarches import DEMARCHES
from aidants_connect.graphiques import Graphique, barres, en_chiffres, nom_de_mois
from aidants_connect.models import Releve
from mandats.durees import DUREES, en_clair

# The figures at the top: what each counts, in the order of the page.
TOTAUX = {  # for one, for more
    "mandats": ("mandat signé en douze mois", "mandats signés en douze mois"),
    "actifs": ("mandat actif aujourd’hui", "mandats actifs aujourd’hui"),
    "utilisations": (
        "démarche ouverte par un aidant en douze mois",
        "démarches ouvertes par un aidant en douze mois",
    ),
    "aidants": ("aidant", "aidants"),
    "structures": ("structure", "structures"),
}


@login_not_required
@require_safe
def statistiques(request: HttpRequest) -> HttpResponse:
    releve = Releve.objects.du_moment()
    contexte = {
        "releve_le": en_clair(releve.releve_le),
        "totaux": [
            (en_chiffres(nombre := releve.chiffres["totaux"][cle]), un if nombre < 2 else plus)
            for cle, (un, plus) in TOTAUX.items()
        ],
        "graphiques": _graphiques(releve.chiffres),
    }
    return render(request, "aidants_connect/statistiques.html", contexte)


def _graphiques(chiffres: dict[str, Any]) -> list[Graphique]:
    return [
        _par_mois(
            "mandats_par_mois",
            chiffres,
            question="Combien de mandats sont signés chaque mois ?",
            unite="Mandats signés",
        ),
        _par_mois(
            "utilisations_par_mois",
            chiffres,
            question="Combien de fois les aidants s’en servent-ils ?",
            unite="Utilisations",
        ),
        _par_demarche(
            "demarches_autorisees",
            chiffres,
            question="Pour quelles démarches les mandats sont-ils signés ?",
            unite="Mandats",
        ),
        _par_demarche(
            "demarches_faites",
            chiffres,
            question="Quelles démarches les aidants font-ils ?",
            unite="Utilisations",
        ),
        _par_duree(chiffres["durees"]),
    ]


def _par_mois(cle: str, chiffres: dict[str, Any], *, question: str, unite: str) -> Graphique:
    valeurs = dict(sorted(chiffres[cle].items()))
    noms = [nom_de_mois(mois) for mois in valeurs]
    return _graphique(cle, valeurs, noms, question, "Mois", unite, debout=True)


def _par_demarche(cle: str, chiffres: dict[str, Any], *, question: str, unite: str) -> Graphique:
    """The most frequent first; those of the same number in the order of the catalogue."""
    rangees = {demarche: chiffres[cle][demarche] for demarche in DEMARCHES}
    valeurs = dict(sorted(rangees.items(), key=lambda paire: -paire[1]))
    noms = [(DEMARCHES[demarche].titre,) * 2 for demarche in valeurs]
    return _graphique(cle, valeurs, noms, question, "Démarche", unite, debout=False)


def _par_duree(nombres: dict[str, int]) -> Graphique:
    valeurs = {str(jours): nombres[str(jours)] for jours in DUREES}
    noms = [(nom,) * 2 for nom in DUREES.values()]
    question = "Pour combien de temps les mandats sont-ils signés ?"
    return _graphique("durees", valeurs, noms, question, "Durée", "Mandats signés", debout=False)


def _graphique(
    cle: str,
    valeurs: dict[str, int],
    noms: list[tuple[str, str]],
    question: str,
    colonne: str,
    unite: str,
    *,
    debout: bool,
) -> Graphique:
    tracees = barres(valeurs, noms)
    haute = max(tracees, key=lambda barre: barre.valeur)
    return Graphique(
        cle=cle,
        question=question,
        reponse=f"Le plus : {haute.nom}, {haute.nombre}.",
        colonne=colonne,
        unite=unite,
        barres=tracees,
        debout=debout,
    )
