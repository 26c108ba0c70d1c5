"""A mandat goes to another structure: the supervision decides, the usager is told."""

import uuid

from django.db import transaction

from aidants.models import Structure
from journal.actes import acte_de
from journal.actions import TRANSFERT
from journal.models import Auteur, Entree
from mandats import taches
from mandats.models import Autorisation, Mandat
from mandats.models.avis import Destinataire, Genre
from usagers.models import Usager


@transaction.atomic
def transferer(
    mandat: Mandat, *, vers: Structure, par: Auteur, precision: str, acte: uuid.UUID
) -> bool:
    """Give an active mandat to `vers`; return whether it went.

    Its document stays what was signed. What the usager already gave to `vers` prevails over what
    arrives. A use under way at the old structure dies: its authorisation is no longer there.
    """
    Usager.objects.select_for_update(no_key=True).get(pk=mandat.usager_id)
    mandat = Mandat.objects.avec_tout().select_for_update(of=("self",)).get(pk=mandat.pk)
    if not est_possible(mandat, vers=vers):
        return False
    # Uses hold these rows; the change of structure reaches them through the composite key.
    list(Autorisation.objects.filter(mandat=mandat).verrouillees())
    donnees = Autorisation.objects.de(vers).pour(mandat.usager)
    donnees.constater_echues()
    deja = list(donnees.actives().values_list("demarche", flat=True))
    mandat.revoquer(par=par, moyen="administration", motif="transfert", demarches=deja)
    ancienne, mandat.structure = mandat.structure, vers
    mandat.save(update_fields=["structure"])
    _inscrire(mandat, ancienne, par=par, precision=precision, acte=acte)
    taches.prevenir(mandat, Genre.TRANSFERT, Destinataire.USAGER, Destinataire.STRUCTURE)
    return True


def est_possible(mandat: Mandat, *, vers: Structure) -> bool:
    """Active, towards an active structure, which may do all of it and has not all of it already."""
    ouvertes = set(mandat.demarches_ouvertes)
    donnees = Autorisation.objects.de(vers).pour(mandat.usager).actives()
    deja = set(donnees.values_list("demarche", flat=True))
    ailleurs = mandat.structure_id != vers.pk
    permis = vers.active and ouvertes <= set(vers.demarches) and bool(ouvertes - deja)
    return mandat.est_actif and ailleurs and permis


def _inscrire(
    mandat: Mandat, ancienne: Structure, *, par: Auteur, precision: str, acte: uuid.UUID
) -> None:
    """One line for each of the two structures: each reads its own journal."""
    actes = {ancienne: acte, mandat.structure: acte_de(acte, "arrivee")}
    for structure, celui_ci in actes.items():
        Entree.objects.inscrire(
            TRANSFERT,
            acte=celui_ci,
            par=par,
            cadre=structure.cadre,
            concerne=mandat.concerne_avec(precision),
            details={
                "reference": mandat.reference,
                "de": ancienne.nom,
                "vers": mandat.structure.nom,
            },
        )
