"""Mandats and their ends against the journal (finding J13 of its verification)."""

from journal.actions import AUTORISATION_CREEE, AUTORISATION_REVOQUEE, SIGNATURE
from journal.rapprochement import Rapprochement

_AUTORISATIONS = {
    "mandats_autorisation": frozenset({"id", "mandat_id", "revoquee_le"}),
    "mandats_mandat": frozenset({"id", "reference"}),
}
_LIGNES = """
SELECT e.id, 'autorisation ' || s.autorisation_ref FROM journal_entree e
JOIN journal_sujet s ON s.entree_id = e.id
LEFT JOIN mandats_autorisation a ON a.id::text = s.autorisation_ref
WHERE e.action = '{action}' AND {absente} ORDER BY 1
"""

RAPPROCHEMENTS = [
    Rapprochement(
        nom="mandat signed without its line",
        objets=f"""
            SELECT 'mandat ' || m.id FROM mandats_mandat m
            WHERE NOT EXISTS (
                SELECT FROM journal_entree e
                WHERE e.action = '{SIGNATURE.cle}' AND e.details ->> 'reference' = m.reference)
            ORDER BY 1
        """,  # noqa: S608 - the word is the vocabulary's
        lignes=f"""
            SELECT e.id, 'mandat ' || (e.details ->> 'reference') FROM journal_entree e
            JOIN journal_sujet s ON s.entree_id = e.id
            WHERE e.action = '{SIGNATURE.cle}' AND NOT EXISTS (
                SELECT FROM mandats_mandat m WHERE m.reference = e.details ->> 'reference')
            ORDER BY 1
        """,  # noqa: S608 - names of our own tables
        lectures=_AUTORISATIONS,
    ),
    Rapprochement(
        nom="autorisation given without its line",
        objet="autorisation",
        verbe="creation",
        action=AUTORISATION_CREEE.cle,
        objets="SELECT id FROM mandats_autorisation",
        lignes=_LIGNES.format(action=AUTORISATION_CREEE.cle, absente="a.id IS NULL"),
        lectures=_AUTORISATIONS,
    ),
    Rapprochement(
        nom="autorisation revoked without its line",
        objet="autorisation",
        verbe="revocation",
        action=AUTORISATION_REVOQUEE.cle,
        objets="SELECT id FROM mandats_autorisation WHERE revoquee_le IS NOT NULL",
        lignes=_LIGNES.format(action=AUTORISATION_REVOQUEE.cle, absente="a.revoquee_le IS NULL"),
        lectures=_AUTORISATIONS,
    ),
]
