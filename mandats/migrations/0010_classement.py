from itertools import islice
from typing import Any

from django.db import migrations, models

from usagers.identite import sans_accents

LOT = 2_000
_COPIER = """
UPDATE mandats_autorisation a SET classement = d.classement
FROM unnest(%s::uuid[], %s::text[]) AS d (usager, classement) WHERE a.usager_id = d.usager
"""


def copier(apps: Any, schema_editor: Any) -> None:
    """The names of those who have mandats already."""
    usagers = apps.get_model("usagers", "Usager").objects.order_by("pk")
    lignes = usagers.values_list("pk", "nom", "prenoms", "nom_usage").iterator(LOT)
    with schema_editor.connection.cursor() as curseur:
        while lot := list(islice(lignes, LOT)):
            noms = [sans_accents(" ".join(noms)) for _, *noms in lot]
            curseur.execute(_COPIER, [[cle for cle, *_ in lot], noms])


class Migration(migrations.Migration):

    dependencies = [
        ('aidants', '0004_ouvertures'),
        ('mandats', '0009_longues_listes'),
        ('usagers', '0006_classement'),
    ]

    operations = [
        migrations.AddField(
            model_name='autorisation',
            name='classement',
            field=models.CharField(blank=True, default='', editable=False, max_length=800),
        ),
        migrations.RunPython(copier, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='autorisation',
            index=models.Index(fields=['structure', 'classement', 'usager'], include=('fin', 'revoquee_le', 'demarche', 'mandat'), name='autorisation_par_nom'),
        ),
    ]
