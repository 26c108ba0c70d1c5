"""Factories of the models, with traits for the states that rules speak of."""

import secrets
from datetime import timedelta
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from aidants import conditions
from aidants.models import Aidant, AppareilTotp, Appartenance, CarteTotp, Structure
from aidants_connect.models import QuestionFrequente, Traduction, VideoSignes
from fournisseur_identite.models import FournisseurService
from mandats import code_papier
from mandats.models import Attestation, Autorisation, Mandat, Projet
from usagers.models import (
    FournisseurIdentite,
    LieuFormation,
    PassageParcours,
    SiteDemarche,
    Usager,
    empreinte_sub,
)

MOT_DE_PASSE = "motdepasse-tres-long"


class StructureFactory(DjangoModelFactory[Structure]):
    class Meta:
        model = Structure

    nom = factory.Sequence(lambda n: f"Maison France services {n}")
    adresse = "1 place de la Mairie"
    code_postal = "35000"
    commune = "Rennes"
    telephone = "02 99 00 00 00"
    courriel = factory.Sequence(lambda n: f"structure{n}@example.org")


class AidantFactory(DjangoModelFactory[Aidant]):
    class Meta:
        model = Aidant
        skip_postgeneration_save = True

    courriel = factory.Sequence(lambda n: f"aidant{n}@example.org")
    prenom = "Camille"
    nom = factory.Sequence(lambda n: f"Durand{n}")
    password = factory.django.Password(MOT_DE_PASSE)
    conditions_version = conditions.VERSION
    conditions_le = factory.LazyFunction(timezone.now)
    codes_secours_le = factory.LazyFunction(timezone.now)

    class Params:
        desactive = factory.Trait(
            is_active=False,
            desactive_le=factory.LazyFunction(timezone.now),
            desactive_motif="depart",
        )
        naissant = factory.Trait(
            conditions_version="",
            conditions_le=None,
            codes_secours_le=None,
            enrolement_jusqua=factory.LazyFunction(lambda: timezone.now() + timedelta(days=7)),
        )


class AppartenanceFactory(DjangoModelFactory[Appartenance]):
    class Meta:
        model = Appartenance

    aidant = factory.SubFactory(AidantFactory)
    structure = factory.SubFactory(StructureFactory)

    class Params:
        responsable = factory.Trait(est_responsable=True, est_aidant=False)
        partie = factory.Trait(fin=factory.LazyFunction(timezone.now))


class AppareilTotpFactory(DjangoModelFactory[AppareilTotp]):
    class Meta:
        model = AppareilTotp

    user = factory.SubFactory(AidantFactory)
    name = "Téléphone"
    confirmed = True
    cle = factory.LazyFunction(lambda: secrets.token_bytes(20))


class CarteTotpFactory(DjangoModelFactory[CarteTotp]):
    """A card in stock; lend it by its verbs."""

    class Meta:
        model = CarteTotp

    serie = factory.Sequence(lambda n: f"AC-{n:05d}")
    cle = factory.LazyFunction(lambda: secrets.token_bytes(20))


class UsagerFactory(DjangoModelFactory[Usager]):
    class Meta:
        model = Usager

    sub_hache = factory.Sequence(lambda n: empreinte_sub(f"sub-{n}"))
    prenoms = "Angèle Claire"
    nom = factory.Sequence(lambda n: f"Dubois{n}")
    sexe = "female"
    date_naissance = "1962-08-24"
    lieu_naissance = "75107"
    pays_naissance = "99100"
    courriel = factory.Sequence(lambda n: f"usager{n}@example.org")


class MandatFactory(DjangoModelFactory[Mandat]):
    """A mandat with its document and its authorisations, made together as the database asks.

    `demarches` names the authorisations, `code` is the paper code.
    """

    class Meta:
        model = Mandat
        skip_postgeneration_save = True

    usager = factory.SubFactory(UsagerFactory)
    structure = factory.SubFactory(StructureFactory)
    aidant = factory.SubFactory(AidantFactory)
    duree = 182
    signe_le = factory.LazyFunction(timezone.now)
    fin = factory.LazyAttribute(lambda m: m.signe_le + timedelta(days=m.duree))
    lieu = "Rennes"
    signature_nom = "Angèle Dubois"

    class Params:
        expire = factory.Trait(signe_le=factory.LazyFunction(lambda: _il_y_a(200)))
        ancien = factory.Trait(signe_le=factory.LazyFunction(lambda: _il_y_a(600)))
        bientot = factory.Trait(signe_le=factory.LazyFunction(lambda: _il_y_a(160)))

    @classmethod
    @transaction.atomic
    def _generate(cls, strategy: Any, params: Any) -> Any:
        return super()._generate(strategy, params)

    @factory.sequence
    def localisateur(n: int) -> str:
        """No two alike: of 5,000 drawn blindly, two are, one time in three."""
        rang, taille = (n + 1) * 12_345_701 % 31**5, range(code_papier.LOCALISATEUR)
        return "".join(code_papier.ALPHABET[rang // 31**place % 31] for place in taille)

    @factory.post_generation
    def code(self: Any, create: bool, extracted: code_papier.CodePapier | None, **_: Any) -> None:
        if extracted:
            self.poser_code(extracted)
            self.save()

    @factory.post_generation
    def document(self: Any, create: bool, extracted: bytes | None, **_: Any) -> None:
        Attestation.figer(self, extracted or b"%PDF-1.7", modele="essai", instant=self.signe_le)

    @factory.post_generation
    def demarches(self: Any, create: bool, extracted: list[str] | None, **_: Any) -> None:
        for demarche in extracted or ["logement", "social"]:
            autorisation = Autorisation.du_mandat(self, demarche)
            autorisation.echue = True  # takes no place until the next line has spoken
            autorisation.save(force_insert=True)

    @factory.post_generation
    def revoque(self: Any, create: bool, extracted: bool | None, **_: Any) -> None:
        fin = {"revoquee_le": min(timezone.now(), self.fin), "revoquee_par": "usager"}
        valeurs: dict[str, Any] = fin if extracted else {}
        self.autorisations.update(**valeurs, echue=not extracted and self.est_expire)


def _il_y_a(jours: int) -> Any:
    return timezone.now() - timedelta(days=jours)


class ProjetFactory(DjangoModelFactory[Projet]):
    class Meta:
        model = Projet

    aidant = factory.SubFactory(AidantFactory)
    structure = factory.SubFactory(StructureFactory)
    demarches = ["logement"]
    duree = 31
    expire_le = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=30))

    class Params:
        identifie = factory.Trait(
            usager=factory.SubFactory(UsagerFactory),
            identifie_le=factory.LazyFunction(timezone.now),
        )
        expire = factory.Trait(
            expire_le=factory.LazyFunction(lambda: timezone.now() - timedelta(seconds=1))
        )


class FournisseurServiceFactory(DjangoModelFactory[FournisseurService]):
    class Meta:
        model = FournisseurService

    client_id = factory.Sequence(lambda n: f"fs-{n}")
    nom = factory.Sequence(lambda n: f"Service {n}")
    site = "https://fs.example.org"
    redirect_uris = ["https://fs.example.org/retour"]
    secteur = "fs.example.org"
    post_logout_redirect_uris = ["https://fs.example.org/sortie"]
    demarches = ["logement"]

    class Params:
        franceconnect = factory.Trait(politique="franceconnect", demarches=[])


class FournisseurIdentiteFactory(DjangoModelFactory[FournisseurIdentite]):
    class Meta:
        model = FournisseurIdentite

    nom = factory.Sequence(lambda n: f"Compte {n}")
    pour_qui = "Tout le monde"
    il_faut = "Une pièce d’identité"
    lien = "https://compte.example.org/"


class LieuFormationFactory(DjangoModelFactory[LieuFormation]):
    class Meta:
        model = LieuFormation

    nom = factory.Sequence(lambda n: f"Lieu {n}")
    adresse = "2 rue de l’École, 35000 Rennes"


class SiteDemarcheFactory(DjangoModelFactory[SiteDemarche]):
    class Meta:
        model = SiteDemarche

    nom = factory.Sequence(lambda n: f"Site {n}")
    adresse = "https://site.example.org/"
    demarches = ["logement"]


class PassageParcoursFactory(DjangoModelFactory[PassageParcours]):
    class Meta:
        model = PassageParcours

    jour = factory.LazyFunction(timezone.localdate)
    issue = factory.Sequence(lambda n: f"issue-{n}")
    nombre = 1


def une_donnee_de_chaque() -> dict[str, int]:
    """One row of each kind that the parcours shows or counts: its key, by the model's name."""
    fabriques = (
        FournisseurIdentiteFactory, LieuFormationFactory, SiteDemarcheFactory,
        PassageParcoursFactory,
    )  # fmt: skip
    lignes = [fabrique() for fabrique in fabriques]
    return {ligne._meta.model_name: ligne.pk for ligne in lignes}


class TraductionFactory(DjangoModelFactory[Traduction]):
    """Of a block that no page shows, until a test says which."""

    class Meta:
        model = Traduction

    cle = factory.Sequence(lambda n: f"essai.{n}")
    langue = "ar"
    texte = "نص"
    source = ""
    modifiee_le = factory.LazyFunction(timezone.now)


class VideoSignesFactory(DjangoModelFactory[VideoSignes]):
    class Meta:
        model = VideoSignes
        django_get_or_create = ("page",)

    page = "accueil"
    adresse = "https://video.example.org/accueil"
    modifiee_le = factory.LazyFunction(timezone.now)


class QuestionFrequenteFactory(DjangoModelFactory[QuestionFrequente]):
    class Meta:
        model = QuestionFrequente

    question = factory.Sequence(lambda n: f"Question {n}\u00a0?")
    reponse = "Une réponse."
    publiee = True
    modifiee_le = factory.LazyFunction(timezone.now)


def aidant_au_travail() -> Aidant:
    """Of one structure, with a TOTP application."""
    aidant: Aidant = AppartenanceFactory().aidant
    AppareilTotpFactory(user=aidant)
    return aidant
