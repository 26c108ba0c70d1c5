"""Two indexes of text less, and a third that knows only what was handed out.

Nothing is locked for longer than a name takes to change: the unique index of the codes stays as it
is, under the name of its constraint.

Outside a transaction, it may stop half-way: each step can be done again.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Built beside the uses and stopped, an index stays, under its name and of no use.
ENLEVER_LE_RESTE = "DROP INDEX CONCURRENTLY IF EXISTS connexion_par_id_token"
RENOMMER = """
    IF EXISTS (
        SELECT FROM pg_constraint
        WHERE conrelid = 'fournisseur_identite_connexion'::regclass AND conname = '{ancien}'
    ) THEN
        ALTER TABLE fournisseur_identite_connexion RENAME CONSTRAINT {ancien} TO {nouveau};
    END IF;
"""
_DJANGO, _NOTRE = "fournisseur_identite_connexion_code_sha256_key", "connexion_code_unique"
ALLEGER = f"""
DO $$
DECLARE de_trop name;
BEGIN
{RENOMMER.format(ancien=_DJANGO, nouveau=_NOTRE)}
    FOR de_trop IN
        SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND tablename = 'fournisseur_identite_connexion'
        AND (indexname LIKE '%code_sha256%' OR indexname LIKE '%id_token_sha256%')
    LOOP
        EXECUTE format('DROP INDEX %I', de_trop);
    END LOOP;
END $$
"""
REPRENDRE = f"""
DO $$
BEGIN
{RENOMMER.format(ancien=_NOTRE, nouveau=_DJANGO)}
END $$;
CREATE INDEX IF NOT EXISTS fournisseur_identite_connexion_id_token_sha256
    ON fournisseur_identite_connexion (id_token_sha256)
"""


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the uses

    dependencies = [("fournisseur_identite", "0005_nonce_unique")]

    operations = [
        migrations.RunSQL(ENLEVER_LE_RESTE, migrations.RunSQL.noop),
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
