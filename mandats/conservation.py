"""How long the journal of a mandat keeps whom it concerned: six years after the mandat's end."""

from journal.retention import Regle

REGLES = [
    Regle(
        cle="mandats",
        annees=6,
        # A mandat ends at its term, or with its last authorisation; one that is gone had ended.
        sujets="""
            SELECT s.entree_id FROM journal_sujet s
            JOIN journal_entree e ON e.id = s.entree_id
            LEFT JOIN mandats_mandat m ON m.id::text = s.mandat_ref
            LEFT JOIN LATERAL (
                SELECT max(revoquee_le) AS fin, bool_and(revoquee_le IS NOT NULL) AS finie
                FROM mandats_autorisation WHERE mandat_id = m.id) a ON true
            WHERE s.mandat_ref <> '' AND e.instant < %(avant)s
                AND CASE
                    WHEN m.id IS NULL THEN e.instant < %(avant)s - interval '1 year'
                    WHEN a.finie THEN least(a.fin, m.fin) < %(avant)s
                    ELSE m.fin < %(avant)s
                END
        """,
        lectures={
            "mandats_mandat": frozenset({"id", "fin"}),
            "mandats_autorisation": frozenset({"mandat_id", "revoquee_le"}),
        },
    )
]
