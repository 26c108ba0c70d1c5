"""A lost paper code: a new one, in the presence of the usager, whom FranceConnect has identified.

The old code is dead at once. Who printed it, and for whom, stands in the journal.
"""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from aidants import attentes
from aidants.acces import RequeteConnectee, est_verifie
from aidants.connexion import est_presente
from aidants.models import Aidant, Structure
from journal.actes import acte_de
from journal.actions import IDENTIFICATION
from journal.actions_usagers import CODE_REIMPRIME
from journal.models import Entree
from mandats import code_papier, sceau_pdf
from mandats.attestation import Modele
from mandats.durees import en_clair
from mandats.models import CodeReimprime, Mandat
from mandats.models.mandats import MandatQuerySet
from mandats.signature import papier_libre
from usagers.franceconnect import Identification, IdentificationImpossible, Motif
from usagers.models import Usager
from usagers.papier import imprimer

BUT = "nouveau_code"
DUREE = 10 * 60  # seconds for which the identification holds
_PERMIS = "code_papier_permis"
# As for the mandat itself: a change of words is a new entry, and none ever leaves.
MODELES = {"2026-11": Modele("mandats/papier/code_2026_11.html", "mandats/recu_2026_11.css")}
MODELE = "2026-11"


def mandats_de(compte: Aidant) -> MandatQuerySet:
    """Where the account is an aidant, or a responsable."""
    aide = compte.structures().values("pk")
    gere = Structure.objects.gerees_par(compte.pk).values("pk")
    return Mandat.objects.filter(structure__in=aide) | Mandat.objects.filter(structure__in=gere)


@transaction.atomic
def identifier(request: RequeteConnectee, retour: Identification) -> Mandat:
    """Let this browser make one new code, for ten minutes; the person must be the mandat's own.

    Raises `IdentificationImpossible` for another session, another person, a mandat that has ended.
    """
    if not (est_verifie(request) and est_presente(request)):
        raise IdentificationImpossible(Motif.SESSION, retour.objet, BUT)
    mandats = mandats_de(request.user).avec_tout()
    mandat = mandats.filter(pk=uuid.UUID(retour.objet)).first()
    if mandat is None or not mandat.est_actif:
        raise IdentificationImpossible(Motif.INCONNU)
    if not Usager.objects.est_bien(mandat.usager, retour.identite):
        raise IdentificationImpossible(Motif.AUTRE_PERSONNE, retour.objet, BUT)
    acte = uuid.uuid4()
    Entree.objects.inscrire(
        IDENTIFICATION,
        acte=acte_de(acte, "identification"),
        par=request.user.auteur,
        cadre=mandat.structure.cadre,
        concerne=mandat.concerne,
        details={"but": BUT},
    )
    permis = {"mandat": str(mandat.pk), "acte": str(acte)}
    request.session[_PERMIS] = permis | {"jusqua": timezone.now().timestamp() + DUREE}
    return mandat


def acte_permis(session: SessionBase, mandat: Mandat) -> uuid.UUID | None:
    """The one act that the identification allows in this browser, for this mandat."""
    permis: dict[str, Any] = session.get(_PERMIS) or {}
    if permis.get("mandat") != str(mandat.pk) or permis["jusqua"] < timezone.now().timestamp():
        return None
    return uuid.UUID(permis["acte"])


@attentes.repris
@transaction.atomic
def reimprimer(mandat: Mandat, *, acte: uuid.UUID, par: Aidant) -> CodeReimprime | None:
    """Make the new code, once: asked twice, the first sheet is the answer. None if it has ended."""
    mandat = Mandat.objects.avec_tout().select_for_update(of=("self",)).get(pk=mandat.pk)
    deja = CodeReimprime.objects.filter(pk=acte).first()
    if deja or not mandat.est_actif:
        return deja
    papier = papier_libre()
    mandat.poser_code(papier)
    mandat.code_change_le = timezone.now()
    mandat.save(update_fields=["localisateur", "secret_code", "code_change_le"])
    feuille = CodeReimprime(pk=acte, mandat=mandat, aidant=par, modele=MODELE)
    feuille.enfermer(composer(mandat, papier))
    feuille.save(force_insert=True)
    Entree.objects.inscrire(
        CODE_REIMPRIME,
        acte=acte,
        par=par.auteur,
        cadre=mandat.structure.cadre,
        concerne=mandat.concerne,
        details={"reference": mandat.reference},
    )
    return feuille


def composer(mandat: Mandat, papier: code_papier.CodePapier) -> bytes:
    gabarit, feuille = MODELES[MODELE]
    contexte = {
        "mandat": mandat,
        "code": str(papier),
        "le": en_clair(timezone.now()),
        "adresse_mon_mandat": settings.SITE_URL + reverse("mon_mandat"),
        "telephone": settings.TELEPHONE_SUPPORT,
        "marque_etat": settings.MARQUE_ETAT,
        "modele": MODELE,
    }
    return sceau_pdf.sceller(imprimer(render_to_string(gabarit, contexte), feuille=feuille), page=0)
