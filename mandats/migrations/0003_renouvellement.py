
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mandats', '0002_invariants'),
    ]

    operations = [
        migrations.AddField(
            model_name='mandat',
            name='rappele_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='fin annoncée le'),
        ),
        migrations.AddField(
            model_name='mandat',
            name='renouvelle',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renouvellements', to='mandats.mandat'),
        ),
        migrations.AddField(
            model_name='projet',
            name='renouvelle',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projets_suivants', to='mandats.mandat'),
        ),
        migrations.AlterField(
            model_name='avis',
            name='genre',
            field=models.CharField(choices=[('signature', 'signature d’un mandat'), ('revocation', 'fin d’un mandat ou d’une démarche'), ('rappel', 'fin prochaine d’un mandat')], max_length=20),
        ),
    ]
