"""Two indexes of text less, and a third that knows only what was handed out.

Nothing is locked for longer than a name takes to change: the unique index of the codes stays as it
is, under the name of its constraint.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

ALLEGER = """
DO $$
DECLARE de_trop name;
BEGIN
    ALTER TABLE fournisseur_identite_connexion
        RENAME CONSTRAINT fournisseur_identite_connexion_code_sha256_key TO connexion_code_unique;
    FOR de_trop IN
        SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND tablename = 'fournisseur_identite_connexion'
        AND (indexname LIKE '%code_sha256%' OR indexname LIKE '%id_token_sha256%')
    LOOP
        EXECUTE format('DROP INDEX %I', de_trop);
    END LOOP;
END $$
"""
REPRENDRE = """
ALTER TABLE fournisseur_identite_connexion
    RENAME CONSTRAINT connexion_code_unique TO fournisseur_identite_connexion_code_sha256_key;
CREATE INDEX fournisseur_identite_connexion_id_token_sha256
    ON fournisseur_identite_connexion (id_token_sha256)
"""


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the uses

    dependencies = [("fournisseur_identite", "0005_nonce_unique")]

    operations = [
        AddIndexConcurrently(
            model_name="connexion",
            index=models.Index(
                fields=["id_token_sha256"],
                condition=~models.Q(id_token_sha256=""),
                name="connexion_par_id_token",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ALLEGER, REPRENDRE)],
            state_operations=[
                migrations.AlterField(
                    model_name="connexion",
                    name="code_sha256",
                    field=models.CharField(max_length=64),
                ),
                migrations.AlterField(
                    model_name="connexion",
                    name="id_token_sha256",
                    field=models.CharField(blank=True, max_length=64),
                ),
                migrations.AddConstraint(
                    model_name="connexion",
                    constraint=models.UniqueConstraint(
                        fields=("code_sha256",),
                        name="connexion_code_unique",
                        violation_error_message="Ce code existe déjà.",
                    ),
                ),
            ],
        ),
    ]
