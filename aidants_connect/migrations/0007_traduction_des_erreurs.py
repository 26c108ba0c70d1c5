"""The title of the summary of errors of the signing page, in the languages delivered."""

from django.db import migrations
from django.utils import timezone

from aidants_connect import textes


def ecrire(apps, schema_editor):
    textes.charger(apps.get_model("aidants_connect", "Traduction"), timezone.now())


class Migration(migrations.Migration):
    dependencies = [("aidants_connect", "0006_purge")]
    operations = [migrations.RunPython(ecrire, migrations.RunPython.noop)]
