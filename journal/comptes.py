"""Figures by action and month, rolled up from sealed entries: each is counted exactly once.

Positions have no gap and are never given twice; ids may appear late. The count goes by positions.
"""

from django.db import connection, transaction

from journal.parcours import BORNES
from journal.sceaux import MarqueComptes, Sceau

LOT = 50_000
# Without the ids between which the entries lie, each batch reads the whole journal: no plan knows
# that ids and positions go together.
_AJOUTER = """
INSERT INTO journal_comptemensuel (mois, action, nombre)
SELECT date_trunc('month', e.instant AT TIME ZONE 'Europe/Paris')::date, e.action, count(*)
FROM journal_feuille f JOIN journal_entree e ON e.id = f.entree_id
WHERE f.arbre = %(arbre)s AND f.position >= %(debut)s AND f.position < %(fin)s
AND e.id BETWEEN %(basse)s AND %(haute)s
GROUP BY 1, 2
ON CONFLICT (mois, action) DO UPDATE SET nombre = journal_comptemensuel.nombre + excluded.nombre
"""


def compter() -> int:
    """Add what was sealed since the last time; return how many leaves."""
    arbres = Sceau.objects.order_by("arbre").values_list("arbre", flat=True).distinct()
    return sum(_un_arbre(arbre) for arbre in arbres)


def _un_arbre(arbre: int) -> int:
    total = 0
    while faites := _un_lot(arbre):
        total += faites
    return total


@transaction.atomic
def _un_lot(arbre: int) -> int:
    MarqueComptes.objects.get_or_create(arbre=arbre)
    marque = MarqueComptes.objects.select_for_update().get(arbre=arbre)
    sceau = Sceau.objects.filter(arbre=arbre).order_by("-numero").first()
    debut, fin = marque.position, min(marque.position + LOT, sceau.taille if sceau else 0)
    if fin <= debut:
        return 0
    lot = {"arbre": arbre, "debut": debut, "fin": fin}
    with connection.cursor() as curseur:
        curseur.execute(BORNES, lot)
        ((basse, haute),) = curseur.fetchall()
        curseur.execute(_AJOUTER, lot | {"basse": basse, "haute": haute})
    marque.position = fin
    marque.save(update_fields=["position"])
    return fin - debut
