"""What names an usager outside any mandat lasts as long as their own row, and a year at least."""

from journal.retention import Regle

REGLES = [
    Regle(
        cle="usagers",
        annees=1,
        sujets="""
            SELECT s.entree_id FROM journal_sujet s
            JOIN journal_entree e ON e.id = s.entree_id
            LEFT JOIN usagers_usager u ON u.id::text = s.usager_ref
            WHERE s.usager_ref <> '' AND s.mandat_ref = '' AND e.instant < %(avant)s
                AND (u.id IS NULL OR u.anonymise_le IS NOT NULL)
        """,
        lectures={"usagers_usager": frozenset({"id", "anonymise_le"})},
    )
]
