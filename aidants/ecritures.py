"""The journal of an account: an act upon it is read in each structure where the person works.

One line is the act itself; each other structure gets an echo, which names neither the first one nor
its reasons, and which the figures count apart.
"""

import uuid

from aidants.models.structures import Structure
from journal.actions_comptes import COMPTE_PARTAGE, PARTAGEES
from journal.models import Auteur, Cadre, Concerne, Entree, Inscription

D_AILLEURS = Auteur(genre="aidant", nom="une personne responsable d’une autre structure")


def inscrire(ligne: Inscription) -> None:
    """Write an act upon the account `ligne.concerne.aidant_ref`, and its echoes."""
    echos = _cadres(ligne) if ligne.action in PARTAGEES else []
    cadre = ligne.cadre if ligne.cadre.structure_ref or not echos else echos.pop(0)
    Entree.objects.inscrire(
        ligne.action,
        acte=ligne.acte,
        par=ligne.par,
        cadre=cadre,
        concerne=ligne.concerne,
        details=ligne.details,
    )
    for echo in echos:
        _inscrire_echo(ligne, echo)


def _cadres(ligne: Inscription) -> list[Cadre]:
    """The structures where the person has a role, by name, but the one where the act was done."""
    siennes = Structure.objects.filter(
        appartenances__aidant=uuid.UUID(ligne.concerne.aidant_ref), appartenances__fin=None
    )
    ailleurs = siennes.order_by("nom", "pk").values_list("pk", "nom")
    cadres = [Cadre(structure_ref=str(pk), structure_nom=nom) for pk, nom in ailleurs]
    return [cadre for cadre in cadres if cadre.structure_ref != ligne.cadre.structure_ref]


def _inscrire_echo(ligne: Inscription, cadre: Cadre) -> None:
    concerne = ligne.concerne
    Entree.objects.inscrire(
        COMPTE_PARTAGE,
        acte=uuid.uuid5(ligne.acte, cadre.structure_ref),  # an act sent again echoes once
        par=_qui(ligne, cadre),
        cadre=cadre,
        concerne=Concerne(aidant_ref=concerne.aidant_ref, aidant_nom=concerne.aidant_nom),
        details={"fait": ligne.action.cle},
    )


def _qui(ligne: Inscription, cadre: Cadre) -> Auteur:
    """The author; a manager of another structure, whom nobody knows here, goes unnamed."""
    par = ligne.par
    if par.genre != "aidant" or par.ref in ("", ligne.concerne.aidant_ref):
        return par
    ici = Structure.objects.filter(
        pk=cadre.structure_ref, appartenances__aidant=uuid.UUID(par.ref), appartenances__fin=None
    )
    return par if ici.exists() else D_AILLEURS
