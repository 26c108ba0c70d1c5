"""How long a mandat and its journal are kept: six years after the mandat's end (regles.md, 9).

The journal's subjects go first, under the role of retention, then the mandat itself: the reverse
would leave lines that speak of mandats that are nowhere (finding J13 of the verification).
"""

from typing import Final

from journal.actions import SIGNATURE
from journal.retention import Regle

ANNEES: Final = 6

REGLES = [
    Regle(
        cle="mandats",
        annees=ANNEES,
        # A mandat ends at its term, or with its last authorisation. One that is gone was purged if
        # its signature names nobody any more; else somebody took it away, and it had ended at the
        # latest a year after what was written of it.
        sujets=f"""
            SELECT s.entree_id FROM journal_sujet s
            JOIN journal_entree e ON e.id = s.entree_id
            LEFT JOIN mandats_mandat m ON m.id::text = s.mandat_ref
            LEFT JOIN LATERAL (
                SELECT max(revoquee_le) AS fin, bool_and(revoquee_le IS NOT NULL) AS finie
                FROM mandats_autorisation WHERE mandat_id = m.id) a ON true
            WHERE s.mandat_ref <> '' AND e.instant < %(recent)s
                AND CASE
                    WHEN m.id IS NULL THEN e.instant < %(avant)s - interval '1 year' OR NOT EXISTS (
                        SELECT FROM journal_sujet autre
                        JOIN journal_entree signature ON signature.id = autre.entree_id
                        WHERE autre.mandat_ref = s.mandat_ref
                            AND signature.action = '{SIGNATURE.cle}')
                    WHEN a.finie THEN least(a.fin, m.fin) < %(avant)s
                    ELSE m.fin < %(avant)s
                END
        """,  # noqa: S608 - the word is the vocabulary's
        lectures={
            "mandats_mandat": frozenset({"id", "fin"}),
            "mandats_autorisation": frozenset({"mandat_id", "revoquee_le"}),
        },
    )
]
