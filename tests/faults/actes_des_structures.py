"""One way to each act of factors, cards and structures: what T3 breaks at every statement."""

from typing import Any

from aidants import facteurs
from aidants.lots_de_cartes import Graine
from aidants.models import (
    AppareilTotp,
    CarteTotp,
    ImportCartes,
    MotifDissociation,
    Structure,
)
from tests.codes import code_de
from tests.factories import (
    AidantFactory,
    AppareilTotpFactory,
    AppartenanceFactory,
    CarteTotpFactory,
    StructureFactory,
)
from tests.faults.actes_des_comptes import SUPERVISION, en_poste
from tests.faults.pannes import Geste

# --- Factors and cards ----------------------------------------------------------------------------


def facteur_ajoute() -> Geste:
    aidant, modele = en_poste(), AppareilTotp()
    modele.cle = cle = facteurs.nouvelle_cle()
    return Geste(lambda: facteurs.enroler(aidant, cle=cle, code=code_de(modele), nom="Autre"))


def facteur_retire() -> Geste:
    aidant = en_poste()
    pk = AppareilTotpFactory(user=aidant).pk
    return Geste(lambda: facteurs.retirer(aidant, AppareilTotp.objects.get(pk=pk)))


def compte_partage() -> Geste:
    """The echo in the other structure of who works in two."""
    aidant = en_poste()
    AppartenanceFactory(aidant=aidant)
    pk = AppareilTotpFactory(user=aidant).pk
    return Geste(lambda: facteurs.retirer(aidant, AppareilTotp.objects.get(pk=pk)))


def facteurs_reinitialises() -> Geste:
    aidant = en_poste()
    facteurs.renouveler_codes(aidant)
    return Geste(lambda: facteurs.reinitialiser(aidant, par=SUPERVISION, precision="Perdu"))


def codes_secours() -> Geste:
    aidant = en_poste()
    return Geste(lambda: facteurs.renouveler_codes(aidant))


def code_secours_utilise() -> Geste:
    aidant = en_poste()
    code = facteurs.renouveler_codes(aidant)[0]
    return Geste(lambda: facteurs.verifier(aidant, code))


def cartes_importees() -> Geste:
    graines = [Graine(serie="AC-1", cle=bytes(20), pas=30)]
    pk = ImportCartes.objects.preparer(graines, fichier="f", par=en_poste()).pk
    return Geste(lambda: ImportCartes.objects.get(pk=pk).importer(par=SUPERVISION))


def carte_associee() -> Geste:
    aidant, carte = AidantFactory(), CarteTotpFactory()
    return Geste(lambda: _carte(carte).associer(aidant=aidant, par=SUPERVISION))


def carte_validee() -> Geste:
    aidant, carte = AidantFactory(), CarteTotpFactory()
    carte.associer(aidant=aidant, par=SUPERVISION)
    return Geste(lambda: _carte(carte).valider(code_de(carte), par=SUPERVISION))


def carte_dissociee() -> Geste:
    aidant, carte = AidantFactory(), CarteTotpFactory()
    carte.associer(aidant=aidant, par=SUPERVISION)
    motif = MotifDissociation.PERTE
    return Geste(lambda: _carte(carte).dissocier(par=SUPERVISION, motif=motif))


def _carte(carte: CarteTotp) -> CarteTotp:
    return CarteTotp.objects.get(pk=carte.pk)


# --- Structures -----------------------------------------------------------------------------------

ADRESSE: dict[str, Any] = {
    "nom": "M",
    "adresse": "1 rue",
    "code_postal": "35000",
    "commune": "Rennes",
}


def structure_creee() -> Geste:
    return Geste(lambda: Structure.objects.creer(par=SUPERVISION, **ADRESSE))


def structure_modifiee() -> Geste:
    structure = StructureFactory()
    return Geste(lambda: structure.modifier(par=SUPERVISION, nom="Un autre nom"))


def structure_fermee() -> Geste:
    structure = StructureFactory()
    return Geste(lambda: structure.fermer(par=SUPERVISION, precision="Travaux"))


def structure_rouverte() -> Geste:
    structure = StructureFactory(active=False)
    return Geste(lambda: structure.rouvrir(par=SUPERVISION, precision="Fin des travaux"))


def demarches_changees() -> Geste:
    structure = StructureFactory()
    choix = {"demarches": ["logement"], "precision": "Convention"}
    return Geste(lambda: structure.changer_demarches(par=SUPERVISION, **choix))


ACTES = (
    facteur_ajoute, facteur_retire, compte_partage, facteurs_reinitialises, codes_secours,
    code_secours_utilise,
    cartes_importees, carte_associee, carte_validee, carte_dissociee, structure_creee,
    structure_modifiee, structure_fermee, structure_rouverte, demarches_changees,
)  # fmt: skip
