
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mandats', '0003_renouvellement'),
    ]

    operations = [
        migrations.AlterField(
            model_name='avis',
            name='genre',
            field=models.CharField(choices=[('signature', 'signature d’un mandat'), ('revocation', 'fin d’un mandat ou d’une démarche'), ('transfert', 'transfert à une autre structure'), ('rappel', 'fin prochaine d’un mandat')], max_length=20),
        ),
    ]
