"""What the addresses of the access table open: a structure's things, an account of each role."""

import re
from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, AppareilTotp, CarteTotp, ImportCartes, Recuperation
from aidants.models.liens import LienParCourriel
from aidants_connect.models import QuestionFrequente, Traduction, VideoSignes
from fournisseur_identite.models import DemandeAutorisation, FournisseurService
from fournisseur_identite.views.autorisation import DEMANDES
from journal.actions_comptes import CHANGEMENT_STRUCTURE
from journal.models import Entree
from mandats.models import Avis, Mandat, Projet
from tests.acces.roles import FS, ROLES
from tests.aidants.premiers_pas import inviter
from tests.aidants_connect.rapports import PurgeFactory
from tests.cles import cle_active
from tests.clients_http import ouvrir_session
from tests.factories import (
    AidantFactory,
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
from tests.fournisseur_identite.flux import Flux
from tests.journal.registre_de_test import poser_un_temoin
from tests.routes import Route


@dataclass
class Monde:
    """What the aidant's structure holds, and an account of each role."""

    comptes: dict[str, Aidant]
    mandat: Mandat
    avis: Avis
    projet: Projet
    projet_sans_usager: Projet
    fs: FournisseurService
    demande: DemandeAutorisation
    entree_id: int
    donnees_publiques: dict[str, int]
    question: QuestionFrequente
    traduction: Traduction
    video: VideoSignes
    facteur_id: int
    liens: dict[str, LienParCourriel]  # by the name of their page
    carte: CarteTotp
    import_cartes: ImportCartes
    sceau: int
    sessions: dict[str, str] = field(default_factory=dict)  # the cookie of each role

    def client(self, role: str) -> Client:
        """A browser of this role; the demande was made in the aidant's own."""
        client = Client()
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def ouvrir(self) -> Self:
        """Open the session of each role."""
        for role in ROLES:
            temoin = self._connecter(role).cookies.get(settings.SESSION_COOKIE_NAME)
            if temoin:
                self.sessions[role] = temoin.value
        return self

    def _connecter(self, role: str) -> Client:
        client = Client()
        compte = self.comptes.get(role)
        if role == "sans_code":
            client.force_login(AidantFactory())
        elif compte:
            ouvrir_session(client, compte)
        if role == "aidant":
            session = client.session
            session[DEMANDES] = [str(self.demande.pk)]
            session.save()
        return client

    def adresse(self, route: Route) -> str:
        valeurs = self._valeurs(route.nom)
        if "/" in route.nom:
            return "/" + re.sub(
                r"<path:object_id>|\(\?P<url>\.\*\)\$", str(valeurs["object_id"]), route.nom
            )
        return reverse(route.nom, kwargs={nom: valeurs[nom] for nom in route.parametres})

    def _valeurs(self, nom: str) -> dict[str, Any]:
        objets = {
            "structure": self.mandat.structure_id, "entree": self.entree_id,
            "mandat": self.mandat.pk,
            "fournisseurservice": self.fs.pk, "aidant": self.comptes["aidant"].pk,
            **self.donnees_publiques,
            "questionfrequente": self.question.pk, "traduction": self.traduction.pk,
            "videosignes": self.video.pk, "clesignature": quote(cle_active().pk),
            "invitation": self.liens["invitation"].pk, "cartetotp": self.carte.pk,
        }  # fmt: skip
        cles = {"admin:aidants_cartetotp_import_pret": self.import_cartes.pk}
        projets = {"projet_identification": self.projet_sans_usager}
        modele = re.search("|".join(f"(?<=[_/]){m}(?=[_/])" for m in objets), nom)
        lien = self.liens.get(nom.removesuffix("_rejoindre"))
        return {
            "pk": lien.pk if lien else cles.get(nom, self.facteur_id),
            "genre": "application",
            "jeton": lien.jeton if lien else self.avis.jeton,
            "avis_id": self.avis.pk,
            "usager_id": self.mandat.usager_id,
            "mandat_id": self.mandat.pk,
            "projet_id": projets.get(nom, self.projet).pk,
            "reference": self.mandat.reference,
            "reponses": "logement/deces-oui",
            "nom": "orientation",
            "langue": "ar",
            "page": "ce-que-je-signe",
            "demande_id": self.demande.pk,
            "autorisation_id": self.mandat.autorisations.get(demarche="logement").pk,
            "acte": self.mandat.pk,
            "numero": self.sceau,
            "object_id": objets[modele.group()] if modele else "nulle-part",
            "content_type_id": 1,
            "app_label": "aidants",
        }

    def donnees(self, nom: str) -> dict[str, Any]:
        if nom == "oidc_authorize":
            return Flux(Client(), self.fs, "").parametres()
        return {"structure": str(self.mandat.structure_id)} if nom == "changer_structure" else {}


def monter(aidant: Aidant) -> Monde:
    structure = aidant.structures().get()
    mandat = MandatFactory(structure=structure, aidant=aidant)
    fs = FournisseurServiceFactory()
    entree_id = Entree.objects.inscrire(
        CHANGEMENT_STRUCTURE, acte=mandat.pk, par=aidant.auteur, cadre=structure.cadre
    )
    parametres = {"redirect_uri": f"{FS}/retour", "state": "s"}
    responsable = AppartenanceFactory(structure=structure, responsable=True).aidant
    supervision = AidantFactory(supervision=True)
    collegue, carte = AppartenanceFactory(structure=structure).aidant, CarteTotpFactory()
    carte.associer(aidant=collegue, par=supervision.auteur)
    return Monde(
        comptes={
            "aidant": aidant,
            "ailleurs": AppartenanceFactory().aidant,
            "responsable": responsable,
            "supervision": supervision,
        },
        mandat=mandat,
        avis=Avis.objects.create(mandat=mandat, genre="revocation", destinataire="usager"),
        projet=ProjetFactory(aidant=aidant, structure=structure, identifie=True),
        projet_sans_usager=ProjetFactory(aidant=aidant, structure=structure),
        fs=fs,
        demande=DemandeAutorisation.objects.create(
            fs=fs, parametres=parametres, demarches=["logement"]
        ),
        entree_id=entree_id,
        donnees_publiques={**une_donnee_de_chaque(), "purge": PurgeFactory().pk},
        question=QuestionFrequenteFactory(),
        traduction=TraductionFactory(),
        video=VideoSignesFactory(),
        facteur_id=AppareilTotp.objects.get(user=aidant).pk,
        liens={
            "invitation": inviter(structure),
            "lien_mot_de_passe": Recuperation.objects.demander(aidant=aidant, navigateur="x"),
            "lien_facteurs": Recuperation.objects.rouvrir_enrolement(responsable),
        },
        carte=carte,
        import_cartes=ImportCartes.objects.preparer([], fichier="cartes.csv", par=supervision),
        sceau=poser_un_temoin(),
    ).ouvrir()
