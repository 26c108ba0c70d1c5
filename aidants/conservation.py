"""How long the journal names the people of the accounts (decision 15).

An event of an account proves who could act: it lasts as long as the account, then the longest
mandat and the years of its proof. The account that is the subject decides; else the one that acted;
a person who never had an account goes after the same time.
"""

from typing import Final

from journal.retention import Regle

ANNEES: Final = 7  # the longest mandat, one year, and six years of proof

REGLES = [
    Regle(
        cle="comptes",
        annees=ANNEES,
        sujets="""
            SELECT s.entree_id FROM journal_sujet s
            JOIN journal_entree e ON e.id = s.entree_id
            LEFT JOIN aidants_aidant a
                ON a.id::text = coalesce(nullif(s.aidant_ref, ''), s.auteur_ref)
            WHERE s.mandat_ref = '' AND s.usager_ref = '' AND e.instant < %(avant)s
                AND (s.aidant_ref || s.aidant_nom || s.auteur_ref) <> ''
                AND (a.id IS NULL OR a.anonymise_le IS NOT NULL)
        """,
        lectures={"aidants_aidant": frozenset({"id", "anonymise_le"})},
    )
]
