"""Codes and tokens handed to services against the journal (finding J13 of its verification)."""

from journal.actions import JETON_REMIS, UTILISATION, Action
from journal.rapprochement import Rapprochement

_CONNEXIONS = {
    "fournisseur_identite_connexion": frozenset({"id", "jeton_expire_le", "jeton_servi_le"})
}
_OBJETS = "SELECT id FROM fournisseur_identite_connexion WHERE {colonne} IS NOT NULL"
_LIGNES = """
SELECT e.id, 'connexion ' || s.connexion_ref FROM journal_entree e
JOIN journal_sujet s ON s.entree_id = e.id
LEFT JOIN fournisseur_identite_connexion c ON c.id::text = s.connexion_ref
WHERE e.action = '{action}' AND c.{colonne} IS NULL ORDER BY 1
"""


def _rapprochement(nom: str, action: Action, colonne: str) -> Rapprochement:
    return Rapprochement(
        nom=nom,
        objet="connexion",
        verbe=action.cle,
        action=action.cle,
        objets=_OBJETS.format(colonne=colonne),
        lignes=_LIGNES.format(action=action.cle, colonne=colonne),
        lectures=_CONNEXIONS,
    )


RAPPROCHEMENTS = [
    _rapprochement("token issued without its line", JETON_REMIS, "jeton_expire_le"),
    _rapprochement("identity handed out without its line", UTILISATION, "jeton_servi_le"),
]
