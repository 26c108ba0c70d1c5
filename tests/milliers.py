"""A world of a thousand rows of each kind, copied by the database from the ones that are there.

Made rows keep what their model was made with; what must differ (keys, unique values, who they
belong to) is an SQL expression of `g`, the rank of the copy. Nothing is committed.
"""

from typing import Any

from django.db import connection, models
from django.db.models import Model

from aidants.models import (
    Aidant,
    AppareilTotp,
    Appartenance,
    Session,
)
from aidants_connect.models import Purge, QuestionFrequente
from fournisseur_identite.models import FournisseurService
from journal.models import Entree, Sujet
from mandats.models import Mandat, Projet
from tests.monde import Monde
from usagers.models import (
    FournisseurIdentite,
    LieuFormation,
    PassageParcours,
    SiteDemarche,
)

MILLE = 1_000


def cle(de: str) -> str:
    """The key of the copies of one kind, which others point at."""
    return f"md5('{de}' || g)::uuid"


def copier(ligne: Model, genre: str = "", **autres: str) -> None:
    """Copy a row `MILLE` times; `autres` are the columns that differ."""
    modele = type(ligne)
    colonnes = {
        str(c.column): autres.pop(str(c.column), _valeur(c, genre)) for c in _champs(modele)
    }
    if autres:
        raise ValueError(f"{modele.__name__} has no {', '.join(autres)}")
    table, pk = modele._meta.db_table, modele._meta.pk
    with connection.cursor() as curseur:
        curseur.execute(
            f"INSERT INTO {table} ({', '.join(colonnes)}) SELECT {', '.join(colonnes.values())}"  # noqa: S608 - ours
            f" FROM {table} t, generate_series(1, {MILLE}) g WHERE t.{pk.column} = %s",
            [ligne.pk],
        )


def _champs(modele: type[Model]) -> "list[models.Field[Any, Any]]":
    """The columns that a row is inserted with: PostgreSQL gives serial keys, and the instants."""
    donnes = (models.AutoField, models.BigAutoField)
    champs = [c for c in modele._meta.concrete_fields if not isinstance(c, donnes)]
    return [c for c in champs if (modele, c.column) not in ((Entree, "id"), (Entree, "instant"))]


def _valeur(champ: "models.Field[Any, Any]", genre: str) -> str:
    if isinstance(champ, models.UUIDField) and champ.unique:
        return cle(genre) if genre and champ.primary_key else "gen_random_uuid()"
    if isinstance(champ, models.CharField | models.TextField) and champ.unique:
        longueur = champ.max_length or MILLE
        return f"left(t.{champ.column}, {longueur - 6}) || 'g' || lpad(g::text, 5, '0')"
    return f"t.{champ.column}"


def multiplier(monde: Monde) -> None:
    """A thousand more of each kind that a page lists, in the structure or of the person."""
    _personnes(monde)
    _mandats(monde)
    _comptes(monde)
    _journal(monde)
    for modele in (
        QuestionFrequente, Purge, FournisseurService, FournisseurIdentite, LieuFormation,
        SiteDemarche,
    ):  # fmt: skip
        copier(modele._default_manager.latest("pk"))
    copier(PassageParcours.objects.latest("pk"), jour="t.jour - g")
    copier(monde.traduction, cle="t.cle || g")
    with connection.cursor() as curseur:
        curseur.execute("SELECT quote_ident(current_user)")
        role = curseur.fetchone()[0]
        curseur.execute("RESET ROLE")  # the tables' owner alone may: others are told, and skipped
        curseur.execute("ANALYZE")
        curseur.execute(f"SET ROLE {role}")


def _personnes(monde: Monde) -> None:
    """Each with one active mandat in the structure."""
    autres = Mandat.objects.de(monde.mandat.structure).exclude(usager=monde.mandat.usager)
    modele = autres.actifs().latest("signe_le")
    copier(modele.usager, "usager", sub_hache="md5('sub' || g) || md5('sub' || g)")
    copier(
        modele, "mandat", usager_id=cle("usager"),
        reference="'AC-' || lpad(g::text, 4, '0') || '-GGGG'",
        localisateur="'G' || lpad(g::text, 4, '0')",
    )  # fmt: skip
    copier(
        modele.autorisations.earliest("demarche"), mandat_id=cle("mandat"),
        usager_id=cle("usager"), classement="t.classement || g",
    )  # fmt: skip


def _mandats(monde: Monde) -> None:
    """Of the person: mandats that are over, here; of a mandat: its notices; drafts."""
    siens = Mandat.objects.de(monde.mandat.structure).pour(monde.mandat.usager)
    fini = siens.expires().latest("signe_le")
    copier(
        fini, "fini", reference="'AC-' || lpad(g::text, 4, '0') || '-HHHH'",
        localisateur="'H' || lpad(g::text, 4, '0')",
    )  # fmt: skip
    copier(fini.autorisations.earliest("demarche"), mandat_id=cle("fini"), echue="true")
    copier(monde.avis)
    copier(Projet.objects.exclude(usager=None).latest("cree_le"))


def _comptes(monde: Monde) -> None:
    structure = monde.mandat.structure
    copier(structure, "structure")
    copier(Aidant.objects.filter(pk=monde.aidant.pk).get(), "aidant", prenom="'Copie'")
    poste = Appartenance.objects.get(aidant=monde.aidant, structure=structure)
    copier(poste, aidant_id=cle("aidant"))
    tenu = Appartenance.objects.filter(aidant=monde.responsable, est_responsable=True)
    copier(tenu.latest("pk"), structure_id=cle("structure"))
    copier(AppareilTotp.objects.filter(user=monde.aidant).latest("pk"))
    copier(Session.objects.latest("expire_date"))
    copier(monde.carte, aidant_id=cle("aidant"))
    copier(monde.invitation, courriel="'g' || g || t.courriel")


def _journal(monde: Monde) -> None:
    """Uses of the mandat: lines as lists read them; their commitments are those of their model."""
    utilisation = Entree.objects.pour_mandat(monde.mandat.pk).utilisations().latest("id")
    copier(utilisation, acte=cle("acte"))
    copies = f"(SELECT id FROM journal_entree e WHERE e.acte = {cle('acte')})"  # noqa: S608 - ours
    copier(Sujet.objects.get(pk=utilisation.pk), entree_id=copies, connexion_ref="'g' || g")
