"""The walls around the journal, as they must stand, and what is missing of them (finding J12).

One list for the start-up check, the verification and the tests. Every fault is one sentence that
begins with the object's name.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

TABLES = (
    "journal_entree",
    "journal_sujet",
    "journal_feuille",
    "journal_noeud",
    "journal_sceau",
    "journal_clesceau",
    "journal_temoin",
    "journal_effacement",
)
SCEAUX = TABLES[2:7]  # what the sealer writes
ROLE_SCEAU, ROLE_RETENTION, ROLE_AUDIT = "ac_sceau", "ac_retention", "ac_audit"
DONNEES_PAR_LA_BASE = ("id", "instant")  # columns of journal_entree that nobody gives

_LIGNE = "BEFORE DELETE OR UPDATE ON public.{} FOR EACH ROW EXECUTE FUNCTION journal_refuser()"
_TABLE = "BEFORE TRUNCATE ON public.{} FOR EACH STATEMENT EXECUTE FUNCTION journal_refuser()"
_PARTICULIERES = {
    ("journal_entree", "journal_dater"): (
        "BEFORE INSERT ON public.{} FOR EACH ROW EXECUTE FUNCTION journal_dater()"
    ),
    ("journal_sujet", "journal_refuser"): _LIGNE.replace("DELETE OR ", ""),
    ("journal_sujet", "journal_garder_sujet"): (
        "BEFORE DELETE ON public.{} FOR EACH ROW EXECUTE FUNCTION journal_garder_sujet()"
    ),
}
GARDES: dict[tuple[str, str], str] = (
    {(table, "journal_refuser"): _LIGNE for table in TABLES}
    | {(table, "journal_refuser_truncate"): _TABLE for table in TABLES}
    | _PARTICULIERES
)
# SHA-256 of the bodies, as PostgreSQL keeps them.
FONCTIONS = {
    "journal_dater": "89d106e151d6010f585bce295fe16acb12ef26fc9917b1e693724c5fbe6e7cd4",
    "journal_refuser": "ad970994bf08ff2a65f102f0158caebe0e7771e3686fb691a880541caf276bc6",
    "journal_garder_sujet": "b6c32367f34e2b16c2b1155beaac7b242421beae1784792ee61003d086b4b8f2",
}
UNIQUES = {
    ("journal_entree", "id"),
    ("journal_entree", "acte"),
    ("journal_sujet", "entree_id"),
    ("journal_feuille", "arbre,position"),
    ("journal_feuille", "entree_id"),
    ("journal_noeud", "arbre,niveau,rang"),
    ("journal_sceau", "numero"),
    ("journal_clesceau", "numero"),
    ("journal_temoin", "numero"),
    ("journal_effacement", "entree_id"),
}
# What a role may do beyond reading; a role that is not named is the application's.
ECRITURES: dict[str, set[tuple[str, str]]] = {
    ROLE_SCEAU: {(table, "INSERT") for table in SCEAUX},
    ROLE_RETENTION: {
        ("journal_entree", "INSERT"),
        ("journal_sujet", "INSERT"),
        ("journal_sujet", "DELETE"),
        ("journal_effacement", "INSERT"),
    },
    ROLE_AUDIT: set(),
}
ECRITURES_APPLICATION = {("journal_entree", "INSERT"), ("journal_sujet", "INSERT")}

Lire = Callable[[str], list[tuple[Any, ...]]]

_LES_TABLES = "ARRAY[" + ", ".join(f"to_regclass('{table}')" for table in TABLES) + "]::oid[]"
_TRIGGERS = f"""
SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = ANY({_LES_TABLES}) AND NOT tgisinternal
"""  # noqa: S608 - every word is from this module, here and below
_REGLES = f"""
SELECT ev_class::regclass::text, rulename FROM pg_rewrite WHERE ev_class = ANY({_LES_TABLES})
"""  # noqa: S608 - names of our own tables
_SOURCES = """
SELECT proname, prosrc, prosecdef FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'journal\\_%'
"""
_UNIQUES = f"""
SELECT indrelid::regclass::text, (
    SELECT string_agg(attname, ',' ORDER BY rang) FROM pg_attribute
    JOIN unnest(indkey::int[]) WITH ORDINALITY AS cle(numero, rang) ON attnum = numero
    WHERE attrelid = indrelid)
FROM pg_index WHERE indrelid = ANY({_LES_TABLES}) AND indisunique AND indisvalid AND indpred IS NULL
"""  # noqa: S608 - names of our own tables
_IDENTITE = """
SELECT attidentity FROM pg_attribute WHERE attrelid = 'journal_entree'::regclass AND attname = 'id'
"""
# Each privilege of a role that is not the table's owner; grantee 0 is everybody.
_PRIVILEGES = f"""
WITH droits AS (
    SELECT c.oid, c.relowner, '' AS colonne, a.grantee, a.privilege_type
    FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = ANY({_LES_TABLES})
    UNION ALL
    SELECT c.oid, c.relowner, t.attname, a.grantee, a.privilege_type
    FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
    WHERE c.oid = ANY({_LES_TABLES}))
SELECT coalesce(rolname, 'PUBLIC'), oid::regclass::text, colonne, privilege_type
FROM droits LEFT JOIN (SELECT oid AS role, rolname FROM pg_roles) r ON role = grantee
WHERE grantee <> relowner ORDER BY 1, 2, 3, 4
"""  # noqa: S608 - names of our own tables
_PROPRIETAIRES = f"""
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE oid = ANY({_LES_TABLES})
UNION ALL SELECT proname || '()', pg_get_userbyid(proowner) FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'journal\\_%' ORDER BY 1
"""  # noqa: S608 - names of our own tables
_ROLES = """
SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
    ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = pg_roles.oid)
FROM pg_roles
"""
_POUVOIRS = ("superuser", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")


def fautes(lire: Lire) -> Iterator[tuple[str, str]]:
    """Yield each weakness: the object, and a sentence that names it."""
    yield from gardes_absentes(lire)
    yield from _structure(lire)
    yield from _droits_de_trop(lire)
    yield from _roles(lire)
    ((durable,),) = lire("SHOW synchronous_commit")
    if durable == "off":
        yield "synchronous_commit", "synchronous_commit is off: a crash loses what was told done."


def gardes_absentes(lire: Lire) -> Iterator[tuple[str, str]]:
    """The triggers and functions: missing, asleep, changed, or not ours."""
    presentes = {(table, nom): (etat, texte) for table, nom, etat, texte in lire(_TRIGGERS)}
    for (table, nom), corps in sorted(GARDES.items()):
        attendu = ("A", f"CREATE TRIGGER {nom} {corps.format(table)}")
        objet = f"{nom} on {table}"
        if (table, nom) not in presentes:
            yield objet, f"{objet}: this guard is missing."
        elif presentes[table, nom][0] != "A":
            yield objet, f"{objet}: this guard is not ENABLE ALWAYS."
        elif presentes[table, nom] != attendu:
            yield objet, f"{objet}: this guard is not the one that we wrote."
    for table, nom in sorted(set(presentes) - set(GARDES)):
        yield f"{nom} on {table}", f"{nom} on {table}: this trigger is not ours."
    yield from _fonctions(lire)


def _fonctions(lire: Lire) -> Iterator[tuple[str, str]]:
    sources = {nom: (condenser(source), secdef) for nom, source, secdef in lire(_SOURCES)}
    for nom, condense in FONCTIONS.items():
        if sources.get(nom) != (condense, False):
            yield f"{nom}()", f"{nom}(): this function is not the one that we wrote."


def condenser(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _structure(lire: Lire) -> Iterator[tuple[str, str]]:
    for table, nom in lire(_REGLES):
        yield f"{nom} on {table}", f"{nom} on {table}: this rule is not ours."
    for table, colonnes in sorted(UNIQUES - set(lire(_UNIQUES))):
        objet = f"{table} ({colonnes})"
        yield objet, f"{objet}: these values are no longer unique."
    if lire(_IDENTITE) != [("a",)]:
        yield "journal_entree.id", "journal_entree.id: ids are not GENERATED ALWAYS."


def _droits_de_trop(lire: Lire) -> Iterator[tuple[str, str]]:
    for role, table, colonne, droit in lire(_PRIVILEGES):
        donnee = table == "journal_entree" and colonne in (*DONNEES_PAR_LA_BASE, "")
        permis = droit == "SELECT" or (
            (table, droit) in ECRITURES.get(role, ECRITURES_APPLICATION) and not donnee
        )
        if role == "PUBLIC" or not permis:
            ou = f"{table} ({colonne})" if colonne else table
            yield f"{role} {ou}", f"{role}: may {droit} {ou}, which its work does not need."


def _roles(lire: Lire) -> Iterator[tuple[str, str]]:
    """Who owns the journal writes nothing in it; who writes in it owns nothing and has no power."""
    proprietaires = lire(_PROPRIETAIRES)
    acteurs = {role for role, *_ in lire(_PRIVILEGES)} - {"PUBLIC"}
    maitres = {proprietaire for _, proprietaire in proprietaires}
    roles = {nom: (flags, membre) for nom, *flags, membre in lire(_ROLES)}
    for objet, proprietaire in proprietaires:
        if proprietaire in acteurs or roles[proprietaire][0][0]:
            yield objet, f"{objet}: belongs to {proprietaire}, which can lower the walls."
    for acteur in sorted(acteurs - maitres):
        flags, membre = roles[acteur]
        for pouvoir in (nom for nom, oui in zip(_POUVOIRS, flags, strict=True) if oui):
            yield acteur, f"{acteur}: is {pouvoir}, which its work does not need."
        for autre in membre:
            yield acteur, f"{acteur}: is a member of {autre}, and may act as it."
    if not acteurs:
        yield "roles", "roles: the application's role is the owner of its journal."
    for role in sorted({ROLE_SCEAU, ROLE_RETENTION, ROLE_AUDIT} - set(roles)):
        yield role, f"{role}: this role does not exist, and another does its work."
