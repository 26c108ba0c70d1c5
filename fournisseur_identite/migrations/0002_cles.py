from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fournisseur_identite', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CleSignature',
            fields=[
                ('kid', models.CharField(help_text='Empreinte RFC 7638 de la clé publique.', max_length=43, primary_key=True, serialize=False)),
                ('alg', models.CharField(choices=[('ES256', 'ES256 (P-256)'), ('RS256', 'RS256 (RSA 2048)')], max_length=5, verbose_name='algorithme')),
                ('publique', models.JSONField(verbose_name='clé publique (JWK)')),
                ('cle_chiffree', models.BinaryField()),
                ('preparee_le', models.DateTimeField(verbose_name='préparée le')),
                ('publiee_le', models.DateTimeField(null=True, verbose_name='publiée le')),
                ('activee_le', models.DateTimeField(null=True, verbose_name='activée le')),
                ('retiree_le', models.DateTimeField(null=True, verbose_name='retirée le')),
                ('supprimee_le', models.DateTimeField(null=True, verbose_name='supprimée le')),
            ],
            options={
                'verbose_name': 'clé de signature',
                'verbose_name_plural': 'clés de signature',
                'ordering': ['alg', 'preparee_le'],
            },
        ),
        migrations.AddConstraint(
            model_name='clesignature',
            constraint=models.UniqueConstraint(condition=models.Q(('activee_le__isnull', False), ('retiree_le', None), ('supprimee_le', None)), fields=('alg',), name='cle_une_active_par_algorithme', violation_error_message='Une seule clé signe, par algorithme.'),
        ),
        migrations.AddConstraint(
            model_name='clesignature',
            constraint=models.CheckConstraint(condition=models.Q(('activee_le', None), ('publiee_le__isnull', False), _connector='OR'), name='cle_publiee_avant_de_signer', violation_error_message='Une clé est publiée avant de signer.'),
        ),
    ]
