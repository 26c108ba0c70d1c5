"""What the signature says beyond its statements, in the languages delivered; to be reviewed."""

from django.db import migrations
from django.utils import timezone

from aidants_connect import textes


def ecrire(apps, schema_editor):
    textes.charger(apps.get_model("aidants_connect", "Traduction"), timezone.now())


class Migration(migrations.Migration):
    dependencies = [("aidants_connect", "0004_premieres_traductions")]
    operations = [migrations.RunPython(ecrire, migrations.RunPython.noop)]
