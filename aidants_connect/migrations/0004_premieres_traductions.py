"""The first translations, to be reviewed; the supervision changes them afterwards in the admin."""

from django.db import migrations
from django.utils import timezone

from aidants_connect import textes


def ecrire(apps, schema_editor):
    textes.charger(apps.get_model("aidants_connect", "Traduction"), timezone.now())


class Migration(migrations.Migration):
    dependencies = [("aidants_connect", "0003_traductions")]
    operations = [migrations.RunPython(ecrire, migrations.RunPython.noop)]
