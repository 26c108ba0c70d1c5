"""Since when a role and a structure are open without a break: for those that exist, their start."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models import F


def depuis_leur_debut(apps, schema_editor):
    apps.get_model("aidants", "Appartenance").objects.update(aidant_depuis=F("debut"))
    apps.get_model("aidants", "Structure").objects.update(active_depuis=F("creee_le"))


class Migration(migrations.Migration):
    dependencies = [("aidants", "0003_courriers_du_journal")]

    operations = [
        migrations.AddField(
            model_name="appartenance",
            name="aidant_depuis",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="structure",
            name="active_depuis",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.RunPython(depuis_leur_debut, migrations.RunPython.noop),
    ]
