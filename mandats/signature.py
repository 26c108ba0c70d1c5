"""Signing: what the usager declares and draws, and the one transaction that makes the mandat."""

import json
import uuid
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from aidants import attentes, facteurs
from aidants.models import Aidant
from journal.actes import acte_de
from journal.actions import AUTORISATION_CREEE, RENOUVELLEMENT, SIGNATURE
from journal.models import Entree
from mandats import attestation, code_papier, durees, sceau_pdf, taches
from mandats.models import Attestation, Autorisation, Mandat, Projet
from mandats.models.avis import Destinataire, Genre
from mandats.models.projets import Refus
from usagers.models import Usager

Trace = list[list[list[int]]]
TRAITS_MAX = 200
POINTS_MAX = 5000
COTE = 1000  # coordinates run from 0 to 1000
# Composing fills a processor while the transaction is open: documents begun all together would all
# end together, and a machine too busy would go past the time that PostgreSQL leaves them. The
# others wait before they open theirs; with two, one that waits for a lock stops nobody.
PLUMES, ATTENTE = 2, 20  # documents at once in a process; seconds before « too busy »
_plumes = BoundedSemaphore(PLUMES)


class TraceInvalide(ValueError):
    """What the drawing area sent is not a list of strokes."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What the usager gave: a drawing, or the name written in full, and where."""

    lieu: str
    nom: str = ""
    trace: Trace | None = None


def lire_trace(texte: str) -> Trace:
    """Read strokes of `[x, y]` points, whole numbers from 0 to 1000; raise `TraceInvalide`."""
    try:
        traits = json.loads(texte or "[]")
        valide = isinstance(traits, list) and all(_est_trait(trait) for trait in traits)
    except (ValueError, RecursionError) as erreur:
        raise TraceInvalide from erreur
    if not valide or len(traits) > TRAITS_MAX or sum(map(len, traits)) > POINTS_MAX:
        raise TraceInvalide
    return [trait for trait in traits if len(trait) > 1]


def _est_trait(trait: Any) -> bool:
    return isinstance(trait, list) and all(
        isinstance(point, list)
        and len(point) == 2
        and all(type(c) is int and 0 <= c <= COTE for c in point)
        for point in trait
    )


def signer(projet_id: uuid.UUID, *, par: Aidant, signature: Signature, code: str) -> Mandat | Refus:
    """Make the mandat of a draft, once: posted twice, the first mandat is the answer.

    Mandat, authorisations, PDF, journal and notices are one transaction, under the draft's lock; a
    second post waits for it, and never spends a code.
    """
    if not _plumes.acquire(timeout=ATTENTE):
        return Refus.OCCUPE
    try:
        return _signer(projet_id, par, signature, code)
    finally:
        _plumes.release()


@attentes.repris
@transaction.atomic
def _signer(projet_id: uuid.UUID, par: Aidant, signature: Signature, code: str) -> Mandat | Refus:
    projet = Projet.objects.de(par).verrouiller(projet_id)
    if projet is None:
        return Refus.EXPIRE
    if projet.mandat is not None:
        return projet.mandat
    _attendre_son_tour(projet)
    if refus := projet.motif_de_refus():
        return refus
    if facteurs.verifier(par, code) is None:
        return Refus.CODE
    return _conclure(projet, signature)


def _attendre_son_tour(projet: Projet) -> None:
    """Lock the usager's row: what opens and closes their authorisations goes one by one."""
    if projet.usager_id:
        Usager.objects.select_for_update(no_key=True).get(pk=projet.usager_id)


def _conclure(projet: Projet, signature: Signature) -> Mandat:
    papier = papier_libre()
    mandat = _creer(projet, signature, papier)
    octets = attestation.composer(mandat, papier)
    document = Attestation.figer(mandat, octets, modele=attestation.MODELE, instant=mandat.signe_le)
    _inscrire(mandat, document, projet)
    projet.mandat = mandat
    projet.save(update_fields=["mandat"])
    taches.prevenir(mandat, Genre.SIGNATURE, Destinataire.USAGER, Destinataire.AIDANT)
    return mandat


def papier_libre() -> code_papier.CodePapier:
    """A code whose locator no mandat has: among 500,000, one in sixty drawn blindly is taken."""
    while True:
        papier = code_papier.tirer()
        if not Mandat.objects.filter(localisateur=papier.localisateur).exists():
            return papier


def _creer(projet: Projet, signature: Signature, papier: code_papier.CodePapier) -> Mandat:
    signe_le = timezone.now()
    mandat = Mandat(
        usager=projet.usager,
        structure=projet.structure,
        aidant=projet.aidant,
        duree=projet.duree,
        signe_le=signe_le,
        fin=durees.fin(signe_le, projet.duree),
        lieu=signature.lieu,
        signature_nom=signature.nom,
        signature_trace=signature.trace or [],
        renouvelle_id=projet.renouvelle_id,
    )
    mandat.poser_code(papier)
    mandat.save(force_insert=True)
    _remplacer_anciennes(mandat, projet.demarches)
    lignes = [Autorisation.du_mandat(mandat, demarche) for demarche in projet.demarches]
    Autorisation.objects.bulk_create(lignes)
    return mandat


def _remplacer_anciennes(mandat: Mandat, demarches: list[str]) -> None:
    """Revoke the older active authorisations of the same structure, usager and démarches.

    What has expired stays expired, at its own date: it gives up its place only.
    """
    anciens = Mandat.objects.de(mandat.structure).pour(mandat.usager).actifs()
    visees = Autorisation.objects.de(mandat.structure).pour(mandat.usager)
    visees = visees.filter(demarche__in=demarches)
    touchees = visees.filter(mandat=OuterRef("pk"), revoquee_le=None)
    ouverts = anciens.exclude(pk=mandat.pk).filter(Exists(touchees)).order_by("pk")
    for ancien in ouverts.select_related("structure", "usager"):
        ancien.revoquer(
            par=mandat.aidant.auteur,
            moyen="nouvelle signature",
            motif="renouvellement" if ancien.pk == mandat.renouvelle_id else "remplacement",
            demarches=demarches,
        )
    visees.constater_echues()


def _inscrire(mandat: Mandat, document: Attestation, projet: Projet) -> None:
    par = mandat.aidant.auteur
    autorisations = list(mandat.autorisations.all())
    Entree.objects.inscrire(
        SIGNATURE,
        acte=acte_de(projet.pk, "signature"),
        par=par,
        cadre=mandat.structure.cadre,
        concerne=mandat.concerne,
        details={
            "nombre": len(autorisations),
            "duree": mandat.duree,
            "mode": "dessinee" if mandat.signature_trace else "ecrite",
            "reference": mandat.reference,
            "empreinte_pdf": document.sha256,
            "niveau_sceau": sceau_pdf.niveau(document.octets),
        },
    )
    if mandat.renouvelle:
        Entree.objects.inscrire(
            RENOUVELLEMENT,
            acte=acte_de(projet.pk, "renouvellement"),
            par=par,
            cadre=mandat.structure.cadre,
            concerne=mandat.concerne,
            details={"reference": mandat.reference, "ancienne": mandat.renouvelle.reference},
        )
    for autorisation in autorisations:
        Entree.objects.inscrire(
            AUTORISATION_CREEE,
            acte=acte_de(autorisation.pk, "creation"),
            par=par,
            cadre=autorisation.cadre_dans(mandat.structure),
            concerne=autorisation.concerne_dans(mandat.concerne),
            details={"fin": mandat.fin.isoformat()},
        )
