"""A structure's world that grows by rows of every kind, to count what its pages ask."""

import time
import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client

from aidants.demarches import DEMARCHES
from aidants.models import Aidant, CarteTotp, Invitation
from aidants_connect.models import Traduction
from fournisseur_identite.models import FournisseurService
from journal.actions import UTILISATION
from journal.models import Entree
from mandats.consultation import OUVERT
from mandats.models import Autorisation, Avis, Mandat, Projet
from tests.aidants.premiers_pas import inviter
from tests.aidants_connect.rapports import PurgeFactory
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
    AppareilTotpFactory,
    AppartenanceFactory,
    CarteTotpFactory,
    FournisseurServiceFactory,
    MandatFactory,
    ProjetFactory,
    QuestionFrequenteFactory,
    TraductionFactory,
    VideoSignesFactory,
    une_donnee_de_chaque,
)

DE_CE_MANDAT, DES_AUTRES = list(DEMARCHES)[:5], list(DEMARCHES)[5:]


@dataclass
class Monde:
    """A structure's world, which grows by rows of every kind."""

    aidant: Aidant
    supervision: Aidant
    responsable: Aidant
    fs: FournisseurService
    projet: Projet
    projet_sans_usager: Projet
    mandat: Mandat

    def grandir(self, nombre: int) -> None:
        structure, usager = self.mandat.structure, self.mandat.usager
        for _ in range(nombre):
            ici = {"structure": structure, "aidant": self.aidant}
            self._signer(**ici)
            MandatFactory(**ici, usager=usager, expire=True)
            MandatFactory(**ici, bientot=True)
            MandatFactory(usager=usager)
            ProjetFactory(**ici, identifie=True)
            AppartenanceFactory(structure=structure)
            AppartenanceFactory(aidant=self.responsable, responsable=True)
            AppareilTotpFactory(user=self.aidant)
            ouvrir_session(Client(), self.aidant)
            self._preter_une_carte()
            FournisseurServiceFactory()
            une_donnee_de_chaque()
            QuestionFrequenteFactory()
            TraductionFactory()
            VideoSignesFactory()
            PurgeFactory()
            Avis.objects.create(mandat=self.mandat, genre="revocation", destinataire="usager")
            inviter(structure, courriel=f"{uuid.uuid4()}@example.org")
            self._utiliser()
        for demarche in set(DE_CE_MANDAT[:nombre]) - self._signees():
            Autorisation.du_mandat(self.mandat, demarche).save(force_insert=True)

    def _signees(self) -> set[str]:
        return set(self.mandat.autorisations.values_list("demarche", flat=True))

    def _signer(self, **ici: Any) -> None:
        """Another mandat of the same person: a démarche is open once in a structure."""
        ouvertes = Autorisation.objects.actives().pour(self.mandat.usager)
        prises = set(ouvertes.values_list("demarche", flat=True))
        libre = next((d for d in DES_AUTRES if d not in prises), None)
        demarches = [libre] if libre else None
        MandatFactory(**ici, usager=self.mandat.usager, demarches=demarches, revoque=libre is None)

    def arreter_une(self) -> Mandat:
        """The mandat, one of whose démarches was ended."""
        self.mandat.revoquer(par=self.mandat.usager.auteur, demarches=["logement"])
        return self.mandat

    @property
    def avis(self) -> Avis:
        return Avis.objects.filter(mandat=self.mandat).earliest("cree_le")

    @property
    def invitation(self) -> Invitation:
        return Invitation.objects.latest("cree_le")

    @property
    def traduction(self) -> Traduction:
        return Traduction.objects.filter(cle__startswith="essai").latest("modifiee_le")

    def _preter_une_carte(self) -> None:
        structure, par = self.mandat.structure, self.supervision.auteur
        collegue = AppartenanceFactory(structure=structure).aidant
        CarteTotpFactory().associer(aidant=collegue, par=par, cadre=structure.cadre)

    @property
    def carte(self) -> CarteTotp:
        return CarteTotp.objects.latest("importee_le")

    def _utiliser(self) -> None:
        Entree.objects.inscrire(
            UTILISATION,
            acte=uuid.uuid4(),
            par=self.aidant.auteur,
            cadre=self.mandat.structure.cadre,
            concerne=self.mandat.concerne,
            details={"acr": "eidas1"},
        )

    def client_aidant(self) -> Client:
        return ouvrir(self.aidant)

    def client_usager(self) -> Client:
        """A browser where FranceConnect has identified the usager."""
        client = Client()
        session = client.session
        mandats = [str(pk) for pk in self.mandat.usager.mandats.values_list("pk", flat=True)]
        ouvert = {"mandats": mandats, "usager": str(self.mandat.usager_id)}
        session[OUVERT] = ouvert | {"jusqua": time.time() + 600}
        session.save()
        return client


def ouvrir(compte: Aidant) -> Client:
    client = Client()
    ouvrir_session(client, compte)
    return client


def monter(aidant: Aidant) -> Monde:
    structure = aidant.structures().get()
    mandat = MandatFactory(structure=structure, aidant=aidant, demarches=["logement", "social"])
    monde = Monde(
        aidant=aidant,
        supervision=AidantFactory(supervision=True),
        responsable=AppartenanceFactory(structure=structure, responsable=True).aidant,
        fs=FournisseurServiceFactory(demarches=["logement", "social"]),
        projet=ProjetFactory(aidant=aidant, structure=structure, identifie=True),
        projet_sans_usager=ProjetFactory(aidant=aidant, structure=structure),
        mandat=mandat,
    )
    monde.grandir(1)
    return monde
