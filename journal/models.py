"""The append-only journal: what happened (`Entree`) and whom it concerned (`Sujet`).

An entry holds values, never keys, and no personal data: it commits to a `Sujet` row beside it,
which retention may delete while the entry stays verifiable. `Entree.objects.inscrire` is the only
writer; PostgreSQL refuses every change (migration 0002 and `droits.py`).
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.formats import date_format

from journal.actions import (
    ACTIONS,
    CONSULTATION_USAGER,
    JETON_REMIS,
    SIGNATURE,
    UTILISATION,
    Action,
    Details,
)
from journal.canonique import TAILLE_SEL, engagement
from journal.curseurs import curseur_prepare
from journal.sceaux import (  # noqa: F401 - Django finds the models of an app in this module
    CleSceau,
    CompteMensuel,
    Controle,
    Effacement,
    Feuille,
    MarqueComptes,
    Noeud,
    Sceau,
    Temoin,
)

Ecriture = tuple[str, list[Any]]  # a statement that changes rows, and its values
MARGE = timedelta(hours=1)
NOM_MAX = 800  # three names of 256 characters, as FranceConnect may give them


class ActeDejaInscrit(Exception):
    """The act's unique id stands in the journal already: the request was sent twice."""


@dataclass(frozen=True, kw_only=True)
class Auteur:
    """Who acts: an aidant, an usager, a member of the supervision, the platform or a stranger."""

    genre: str  # "aidant", "usager", "supervision", "plateforme", "inconnu"
    ref: str = ""
    nom: str = ""


PLATEFORME = Auteur(genre="plateforme", nom="La plateforme")
INCONNU = Auteur(genre="inconnu", nom="Une personne inconnue")


@dataclass(frozen=True, kw_only=True)
class Cadre:
    """Where an act takes place; refs are UUIDs as text, names are those of that moment."""

    structure_ref: str = ""
    structure_nom: str = ""
    fs_ref: str = ""
    fs_nom: str = ""
    demarche: str = ""


@dataclass(frozen=True, kw_only=True)
class Concerne:
    """About whom and what an act is: the personal part, kept in `Sujet` alone."""

    aidant_ref: str = ""
    aidant_nom: str = ""
    usager_ref: str = ""
    usager_nom: str = ""
    mandat_ref: str = ""
    autorisation_ref: str = ""
    connexion_ref: str = ""
    precision: str = ""  # the reason that somebody typed


@dataclass(frozen=True, kw_only=True)
class Inscription:
    """One line to be written: what `inscrire` takes, in one value."""

    action: Action
    acte: UUID
    par: Auteur
    cadre: Cadre = field(default_factory=Cadre)
    concerne: Concerne = field(default_factory=Concerne)
    details: Details = field(default_factory=dict)


_SQL = """
WITH {avec}entree AS (
    INSERT INTO journal_entree (
        acte, action, version, auteur_genre, structure_ref, structure_nom, fs_ref, fs_nom,
        demarche, details, engagement)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)
    ON CONFLICT (acte) DO NOTHING
    RETURNING id
)
INSERT INTO journal_sujet (
    entree_id, auteur_ref, auteur_nom, aidant_ref, aidant_nom, usager_ref, usager_nom, mandat_ref,
    autorisation_ref, connexion_ref, precision, sel)
SELECT id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM entree
RETURNING entree_id
"""


class EntreeQuerySet(models.QuerySet["Entree"]):
    def pour_mandat(self, ref: UUID) -> "EntreeQuerySet":
        return self.filter(sujet__mandat_ref=str(ref))

    def pour_usager(self, ref: UUID) -> "EntreeQuerySet":
        return self.filter(sujet__usager_ref=str(ref))

    def de_structures(self, refs: list[str]) -> "EntreeQuerySet":
        return self.filter(structure_ref__in=refs)

    def pour_aidant(self, ref: UUID) -> "EntreeQuerySet":
        """What an account did, and what was done to it."""
        return self.filter(Q(sujet__auteur_ref=str(ref)) | Q(sujet__aidant_ref=str(ref)))

    def de_personnes(self, refs: list[str], structures: Sequence[str] = ()) -> "EntreeQuerySet":
        """What these accounts did, what was done to them, what happened at these structures.

        Each by its own index: a condition that joins them with OR is served by none.
        """
        sujets = Sujet.objects.order_by().values("entree_id")
        ids = [sujets.filter(auteur_ref__in=refs), sujets.filter(aidant_ref__in=refs)]
        la = Entree.objects.order_by().filter(structure_ref__in=structures).values("pk")
        return self.filter(pk__in=ids[0].union(ids[1], *([la] if structures else [])))

    def de_la_reference(self, reference: str) -> "EntreeQuerySet":
        """What was done with the mandat whose paper bears this reference."""
        signatures = Entree.objects.annotate(papier=KeyTextTransform("reference", "details"))
        signees = signatures.order_by().filter(action=SIGNATURE.cle, papier=reference)
        # Read apart: joined, the planner knows nothing of one reference and walks the journal.
        mandats = [ref for ref in signees.values_list("sujet__mandat_ref", flat=True) if ref]
        siens = Sujet.objects.order_by().filter(mandat_ref__in=mandats)
        return self.filter(pk__in=siens.values("entree_id"))

    def sans_consultations(self) -> "EntreeQuerySet":
        """That a person looks at their mandat is theirs to know: an abuser would be warned."""
        return self.exclude(action=CONSULTATION_USAGER.cle)

    def entre(self, debut: datetime, fin: datetime) -> "EntreeQuerySet":
        """The lines of a period, bounded by ids as well: they are read in the order of ids.

        An id and its instant are drawn together, but for a clock that jumps: `MARGE` on each side
        leaves room for one, and a jump beyond it is a finding (J09).
        """
        toutes = Entree.objects.order_by("instant").values_list("pk", flat=True)
        premiere = toutes.filter(instant__gte=debut - MARGE).first()
        derniere = toutes.filter(instant__lt=fin + MARGE).last()
        if premiere is None or derniere is None:
            return self.none()
        return self.filter(instant__gte=debut, instant__lt=fin, pk__gte=premiere, pk__lte=derniere)

    def utilisations(self) -> "EntreeQuerySet":
        """Each connection to a FS, once: with its identity, or with the id_token alone."""
        complete = Sujet.objects.filter(
            connexion_ref=OuterRef("sujet__connexion_ref"), entree__action=UTILISATION.cle
        )
        sans_identite = Q(action=JETON_REMIS.cle) & ~Exists(complete)
        return self.filter(Q(action=UTILISATION.cle) | sans_identite)

    def jetons(self) -> "EntreeQuerySet":
        """One line for each use: as many as `utilisations`, counted by an index of their own."""
        return self.filter(action=JETON_REMIS.cle)

    def inscrire(
        self,
        action: Action,
        *,
        acte: UUID,
        par: Auteur,
        cadre: Cadre | None = None,
        concerne: Concerne | None = None,
        details: Details | None = None,
        avec: Ecriture | None = None,
    ) -> int:
        """Write one act, in the transaction of the act itself, and return the entry's id.

        `acte` is the act's unique id; `avec`, its own write, goes in the same statement. Raises
        `ActeDejaInscrit` when it stands in the journal, `TransactionManagementError` outside a
        transaction, ValueError for wrong details.
        """
        ligne = Inscription(
            action=action,
            acte=acte,
            par=par,
            cadre=cadre or Cadre(),
            concerne=concerne or Concerne(),
            details=details or {},
        )
        return _ecrire(ligne, avec)


def _ecrire(ligne: Inscription, avec: Ecriture | None) -> int:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The journal is written inside the act.")
    ligne.action.verifier(ligne.details)
    sel = secrets.token_bytes(TAILLE_SEL)
    sujet = contenu_sujet(ligne.par, ligne.concerne)
    ordre, valeurs = avec or ("", [])
    sql = _SQL.format(avec=f"acte AS ({ordre}), " if ordre else "")
    entree = _valeurs_entree(ligne, engagement(sel, sujet))
    with curseur_prepare() as curseur:
        curseur.execute(sql, [*valeurs, *entree, *sujet.values(), sel])
        rendu = curseur.fetchone()
    if rendu is None:
        raise ActeDejaInscrit(str(ligne.acte))
    return int(rendu[0])


_DEPUIS_VERSION_2 = ("aidant_ref", "aidant_nom", "precision")


def contenu_sujet(par: Auteur, concerne: Concerne, *, version: int = 2) -> dict[str, str]:
    """What the commitment is taken over, in the order of the columns of `Sujet`.

    Entries of version 1 knew no account as their subject.
    """
    contenu = {"auteur_ref": par.ref, "auteur_nom": par.nom, **asdict(concerne)}
    if version == 1:
        return {nom: valeur for nom, valeur in contenu.items() if nom not in _DEPUIS_VERSION_2}
    return contenu


def _valeurs_entree(ligne: Inscription, preuve: bytes) -> list[Any]:
    cadre = ligne.cadre
    return [
        ligne.acte, ligne.action.cle, Entree.VERSION, ligne.par.genre, cadre.structure_ref,
        cadre.structure_nom, cadre.fs_ref, cadre.fs_nom, cadre.demarche,
        json.dumps(dict(ligne.details)), preuve,
    ]  # fmt: skip


class Entree(models.Model):
    """One act. PostgreSQL gives `id` and `instant`; nobody can change or remove a row."""

    VERSION: ClassVar[int] = 2

    acte = models.UUIDField("identifiant de l’acte", unique=True)
    instant = models.DateTimeField("date", db_index=True)
    action = models.CharField("action", max_length=40)
    version = models.SmallIntegerField("version du format")
    auteur_genre = models.CharField("qualité de l’auteur", max_length=20)
    structure_ref = models.CharField(max_length=36, blank=True)
    structure_nom = models.CharField("structure", max_length=250, blank=True)
    fs_ref = models.CharField(max_length=100, blank=True)
    fs_nom = models.CharField("service", max_length=250, blank=True)
    demarche = models.CharField("démarche", max_length=20, blank=True)
    details = models.JSONField("détails", default=dict)
    engagement = models.BinaryField("engagement", max_length=32)

    objects = EntreeQuerySet.as_manager()

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "entrées du journal"
        ordering = ["-id"]
        indexes = [  # each list is read by ids, downwards
            models.Index(fields=["structure_ref", "-id"], name="journal_par_structure"),
            models.Index(fields=["action", "-id"], name="journal_par_action"),
            models.Index(fields=["demarche", "-id"], name="journal_par_demarche"),
            models.Index(
                KeyTextTransform("reference", "details"),
                name="journal_par_reference",
                condition=Q(action=SIGNATURE.cle),
            ),
            # Uses, as the figures count them.
            models.Index(
                fields=["instant"],
                include=["demarche"],
                condition=Q(action=JETON_REMIS.cle),
                name="journal_jetons",
            ),
            models.Index(
                fields=["structure_ref", "instant"],
                condition=Q(action=JETON_REMIS.cle),
                name="journal_jetons_par_structure",
            ),
        ]

    def __str__(self) -> str:
        instant = date_format(timezone.localtime(self.instant), "DATETIME_FORMAT")
        return f"{self.libelle}, le {instant}"

    @property
    def libelle(self) -> str:
        return ACTIONS[self.action].libelle

    def phrase(self, demarche: str = "", *, nommer_usager: bool = True) -> str:
        """Return the sentence that a person reads; the usager's name only to who may read it."""
        sujet = getattr(self, "sujet", None)
        nommer_auteur = nommer_usager or self.auteur_genre != "usager"
        noms = {
            "auteur": (nommer_auteur and sujet and sujet.auteur_nom) or "Une personne",
            "aidant": (sujet and sujet.aidant_nom) or "une personne",
            "usager": (nommer_usager and sujet and sujet.usager_nom) or "l’usager",
            "structure": self.structure_nom or "la structure",
            "fs": self.fs_nom or "un service",
            "demarche": demarche or self.demarche,
            "precision": (sujet and sujet.precision) or "non précisé",
            "raison": _raison(sujet) if nommer_auteur else "",
        }
        return ACTIONS[self.action].raconter(self.details, noms)


def _raison(sujet: "Sujet | None") -> str:
    """The reason that an author gave without being asked, as the end of a sentence."""
    return f" Raison donnée : « {sujet.precision} »." if sujet and sujet.precision else ""


class Sujet(models.Model):
    """Who acted and about whom: an entry's opening; retention alone deletes it."""

    entree = models.OneToOneField(
        Entree, on_delete=models.DO_NOTHING, primary_key=True, related_name="sujet"
    )
    auteur_ref = models.CharField(max_length=36, blank=True)
    auteur_nom = models.CharField("auteur", max_length=NOM_MAX, blank=True)
    aidant_ref = models.CharField(max_length=36, blank=True, default="", db_default="")
    aidant_nom = models.CharField(
        "aidant", max_length=NOM_MAX, blank=True, default="", db_default=""
    )
    usager_ref = models.CharField(max_length=36, blank=True)
    usager_nom = models.CharField("usager", max_length=NOM_MAX, blank=True)
    mandat_ref = models.CharField(max_length=36, blank=True)
    autorisation_ref = models.CharField(max_length=36, blank=True)
    connexion_ref = models.CharField(max_length=36, blank=True)
    precision = models.CharField("précision", max_length=500, blank=True, default="", db_default="")
    sel = models.BinaryField(max_length=TAILLE_SEL)

    class Meta:
        verbose_name = "sujet d’une entrée"
        verbose_name_plural = "sujets des entrées"
        indexes = [  # `db_index` would make a second index of each, for LIKE
            # With the entry: a name of many accounts, each of thousands of lines, reads no row.
            models.Index(fields=["auteur_ref", "-entree"], name="sujet_par_auteur"),
            *(
                models.Index(fields=[ref], name=f"sujet_par_{ref.removesuffix('_ref')}")
                for ref in ("aidant_ref", "usager_ref", "mandat_ref", "connexion_ref")
            ),
        ]

    def __str__(self) -> str:
        return f"Sujet de l’entrée {self.entree_id}"

    def ouvre(self) -> bool:
        """Answer whether this row is what its entry committed to."""
        contenu = contenu_sujet_de(self, self.entree.version)
        attendu = engagement(bytes(self.sel), contenu)
        return attendu == bytes(self.entree.engagement)


def contenu_sujet_de(sujet: Sujet, version: int) -> dict[str, str]:
    """What the commitment of an entry of `version` was taken over, from its subject's row."""
    par = Auteur(genre="", ref=sujet.auteur_ref, nom=sujet.auteur_nom)
    concerne = Concerne(
        aidant_ref=sujet.aidant_ref,
        aidant_nom=sujet.aidant_nom,
        usager_ref=sujet.usager_ref,
        usager_nom=sujet.usager_nom,
        mandat_ref=sujet.mandat_ref,
        autorisation_ref=sujet.autorisation_ref,
        connexion_ref=sujet.connexion_ref,
        precision=sujet.precision,
    )
    return contenu_sujet(par, concerne, version=version)
