"""One way to each act of mandats, uses, sites and public data: what T3 breaks everywhere."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import AppareilTotp, Structure
from aidants_connect import purge as purge_des_tables
from aidants_connect.conservation import TERMES
from aidants_connect.models import QuestionFrequente, Traduction, VideoSignes
from fournisseur_identite.models import CleSignature, FournisseurService
from fournisseur_identite.models.cles import Alg
from journal.actions_comptes import CONNEXION
from journal.models import PLATEFORME, Entree
from journal.murs import ROLE_RETENTION
from journal.retention import CONNEXIONS, purger
from mandats import code_papier, courriels, transfert
from mandats.identification import identifier_pour_projet
from mandats.models import Avis, Mandat, Projet
from tests.codes import code_de
from tests.factories import (
    AidantFactory,
    FournisseurServiceFactory,
    LieuFormationFactory,
    MandatFactory,
    ProjetFactory,
    QuestionFrequenteFactory,
    StructureFactory,
    TraductionFactory,
    UsagerFactory,
    VideoSignesFactory,
)
from tests.faults.actes_des_comptes import SUPERVISION, client_de, en_poste, poster
from tests.faults.pannes import Geste
from tests.fournisseur_identite.flux import Flux
from tests.fournisseur_identite.test_admin import SAISIE
from tests.mandats import gestes
from tests.mandats.gestes import presenter_code, presenter_naissance
from usagers.franceconnect import Identification
from usagers.identite import Identite
from usagers.models import LieuFormation
from usagers.models.usagers import empreinte_sub

IDENTITE = Identite(
    sub="", prenoms="Angèle", nom="DUBOIS", nom_usage="", sexe="female", lieu_naissance="75107",
    date_naissance="1962-08-24", pays_naissance="99100", courriel="nouvelle@example.org",
)  # fmt: skip


def mandat_de(structure: Structure) -> Mandat:
    return MandatFactory(structure=structure, aidant=AidantFactory())


# --- Birth and end of a mandat --------------------------------------------------------------------


def projet_identifie() -> Projet:
    aidant = en_poste()
    structure = aidant.structures().get()
    return ProjetFactory(
        aidant=aidant, structure=structure, demarches=["logement", "social"], identifie=True
    )


def identification() -> Geste:
    """With an identity whose e-mail is another than the one we knew."""
    aidant = en_poste()
    projet = ProjetFactory(aidant=aidant, structure=aidant.structures().get())
    usager = UsagerFactory()
    identite = replace(IDENTITE, sub="sub-connu")
    type(usager).objects.filter(pk=usager.pk).update(sub_hache=empreinte_sub("sub-connu"))
    retour = Identification(identite=identite, but="projet", objet=str(projet.pk), id_token="")
    requete = client_de(aidant).get(reverse("espace")).wsgi_request
    return Geste(lambda: identifier_pour_projet(cast("Any", requete), retour))


def signature() -> Geste:
    projet = projet_identifie()
    MandatFactory(structure=projet.structure, usager=projet.usager)  # which this one replaces
    return Geste(lambda: gestes.signer(projet))


def signature_par_la_page() -> Geste:
    projet = projet_identifie()
    client = client_de(projet.aidant)
    appareil = AppareilTotp.objects.get(user=projet.aidant)
    adresse = reverse("projet_signature", args=[projet.pk])
    return Geste(lambda: poster(client, adresse, gestes.saisie(code=code_de(appareil))), suivi=True)


def renouvellement() -> Geste:
    aidant = en_poste()
    structure = aidant.structures().get()
    projet = Projet.objects.renouveler(
        mandat_de(structure), par=aidant, structure=structure, demarches=["logement"], duree=31
    )
    return Geste(lambda: gestes.signer(projet))


def mandat_revoque() -> Geste:
    mandat = mandat_de(StructureFactory())
    return Geste(lambda: mandat.revoquer(par=mandat.usager.auteur))


def revocation_par_la_page() -> Geste:
    """By the aidant, to whom the usager gave the paper form."""
    aidant = en_poste()
    mandat = mandat_de(aidant.structures().get())
    client, adresse = client_de(aidant), reverse("mandat_revocation", args=[mandat.pk])
    saisie: dict[str, Any] = {"demarches": ["logement", "social"], "motif": "formulaire"}
    saisie["formulaire_le"] = f"{timezone.localdate():%d/%m/%Y}"
    return Geste(lambda: poster(client, adresse, saisie), suivi=True)


def transfert_d_un_mandat() -> Geste:
    mandat, vers = mandat_de(StructureFactory()), StructureFactory()
    acte = uuid.uuid4()
    return Geste(
        lambda: transfert.transferer(
            Mandat.objects.get(pk=mandat.pk),
            vers=vers,
            par=SUPERVISION,
            precision="Fusion",
            acte=acte,
        )
    )


def avis_envoye() -> Geste:
    avis = Avis.objects.create(
        mandat=mandat_de(StructureFactory()), genre="signature", destinataire="usager"
    )
    return Geste(lambda: courriels.envoyer(avis.pk))


def consultation_usager() -> Geste:
    papier = code_papier.tirer()
    MandatFactory(code=papier)

    def faire() -> object:
        client = Client(raise_request_exception=False)
        presenter_code(client, papier)
        return presenter_naissance(client, "24", "08", "1962")

    return Geste(faire, suivi=True)


# --- Uses -----------------------------------------------------------------------------------------


def jeton_remis() -> Geste:
    flux, code = _code()
    return Geste(lambda: flux.echanger(code), suivi=True)


def utilisation() -> Geste:
    flux, code = _code()
    jeton = flux.echanger(code).json()["access_token"]
    return Geste(lambda: flux.identite(jeton), suivi=True)


def _code() -> tuple[Flux, str]:
    aidant = en_poste()
    autorisation = mandat_de(aidant.structures().get()).autorisations.get(demarche="logement")
    fs = FournisseurServiceFactory()
    secret = fs.poser_secret()
    fs.save()
    flux = Flux(client_de(aidant), fs, secret)
    return flux, flux.code(autorisation)


# --- Sites and keys -------------------------------------------------------------------------------


def fs_cree() -> Geste:
    return Geste(lambda: FournisseurService.objects.enregistrer(_service(), par=SUPERVISION))


def _service() -> FournisseurService:
    uri = "https://fs.example.org/retour"
    return FournisseurService(client_id="nouveau", nom="Nouveau", redirect_uris=[uri])


def fs_modifie() -> Geste:
    client = client_de(AidantFactory(supervision=True))
    fs = FournisseurServiceFactory(client_id=SAISIE["client_id"])
    adresse = reverse("admin:fournisseur_identite_fournisseurservice_change", args=[fs.pk])
    return Geste(lambda: poster(client, adresse, SAISIE | {"nom": "Autre nom"}), suivi=True)


def fs_secret_renouvele() -> Geste:
    pk = FournisseurServiceFactory().pk
    return Geste(
        lambda: FournisseurService.objects.get(pk=pk).renouveler_secret(
            par=SUPERVISION, relais=True
        )
    )


def cles_tournees() -> Geste:
    return Geste(lambda: CleSignature.objects.tourner(Alg.ES256, par=PLATEFORME))


def cle_revoquee() -> Geste:
    """The active one: its successor signs at once, another is prepared and published."""
    kid = CleSignature.objects.filter(alg=Alg.ES256).actives().get().kid
    return Geste(lambda: CleSignature.objects.revoquer(kid, par=PLATEFORME))


def cle_supprimee() -> Geste:
    avant = timezone.now() - timedelta(days=9)
    CleSignature.objects.tourner(Alg.ES256, par=PLATEFORME)
    debut = avant - timedelta(days=9)
    CleSignature.objects.exclude(retiree_le=None).update(
        preparee_le=debut, publiee_le=debut, activee_le=debut, retiree_le=avant
    )
    return Geste(lambda: CleSignature.objects.avancer(par=PLATEFORME))


# --- What the public reads, and the journal itself ------------------------------------------------


def donnee_publique_modifiee() -> Geste:
    lieu = LieuFormationFactory()
    return Geste(lambda: lieu.enregistrer(par=SUPERVISION))


def donnee_publique_retiree() -> Geste:
    pk = LieuFormationFactory().pk
    return Geste(lambda: LieuFormation.objects.get(pk=pk).retirer(par=SUPERVISION))


def question_creee() -> Geste:
    questions = QuestionFrequente.objects
    return Geste(
        lambda: questions.enregistrer(
            QuestionFrequente(question="Quoi ?", reponse="Rien."), par=SUPERVISION
        )
    )


def question_modifiee() -> Geste:
    question = QuestionFrequenteFactory()
    return Geste(lambda: QuestionFrequente.objects.enregistrer(question, par=SUPERVISION))


def traduction_ecrite() -> Geste:
    par, traduction = AidantFactory(supervision=True), TraductionFactory()
    return Geste(
        lambda: Traduction.objects.enregistrer(traduction, source="Texte", relue=True, par=par)
    )


def video_signes_ecrite() -> Geste:
    video = VideoSignesFactory()
    return Geste(lambda: VideoSignes.objects.enregistrer(video, par=SUPERVISION))


def journal_exporte() -> Geste:
    client = client_de(AidantFactory(supervision=True))
    adresse = reverse("admin:journal_entree_export")
    return Geste(lambda: poster(client, adresse), suivi=True)


def purge() -> Geste:
    Entree.objects.inscrire(CONNEXION, acte=uuid.uuid4(), par=PLATEFORME)
    demain = timezone.now() + timedelta(days=1)

    return Geste(lambda: purger(CONNEXIONS, demain), suivi=True, role=ROLE_RETENTION)


def effacement() -> Geste:
    """A draft of long ago, by the nightly purge."""
    instant = timezone.now()
    perime = ProjetFactory(expire_le=instant - timedelta(days=400)).pk
    terme = next(terme for terme in TERMES if terme.cle == "projets")
    return Geste(lambda: purge_des_tables._un_lot(terme, instant, [perime]))


ACTES = (
    identification, signature, signature_par_la_page, renouvellement, mandat_revoque,
    revocation_par_la_page, transfert_d_un_mandat, avis_envoye, consultation_usager, jeton_remis,
    utilisation, fs_cree, fs_modifie, fs_secret_renouvele, cles_tournees, cle_revoquee,
    cle_supprimee, donnee_publique_modifiee, donnee_publique_retiree, question_creee,
    question_modifiee, traduction_ecrite, video_signes_ecrite, journal_exporte, purge, effacement,
)  # fmt: skip
