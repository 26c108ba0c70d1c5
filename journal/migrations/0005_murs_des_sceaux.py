"""The walls around the seals; a subject is deleted only once its erasure is written down.

A purge that a superuser makes by hand then has to lower a wall, or to leave its trace.
"""

from django.db import migrations

TABLES = ("feuille", "noeud", "sceau", "clesceau", "temoin", "effacement")

GARDER_SUJET = """
CREATE FUNCTION journal_garder_sujet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM journal_effacement WHERE entree_id = OLD.entree_id) THEN
        RAISE EXCEPTION 'The journal is append-only: % refused on %', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER journal_garder_sujet BEFORE DELETE ON journal_sujet
    FOR EACH ROW EXECUTE FUNCTION journal_garder_sujet();
ALTER TABLE journal_sujet ENABLE ALWAYS TRIGGER journal_garder_sujet;
"""
OUVRIR_SUJET = """
DROP TRIGGER journal_garder_sujet ON journal_sujet;
DROP FUNCTION journal_garder_sujet();
"""
MURS = """
CREATE TRIGGER journal_refuser BEFORE UPDATE OR DELETE ON journal_{table}
    FOR EACH ROW EXECUTE FUNCTION journal_refuser();
CREATE TRIGGER journal_refuser_truncate BEFORE TRUNCATE ON journal_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuser();
ALTER TABLE journal_{table} ENABLE ALWAYS TRIGGER journal_refuser;
ALTER TABLE journal_{table} ENABLE ALWAYS TRIGGER journal_refuser_truncate;
"""
DEMOLIR = """
DROP TRIGGER journal_refuser_truncate ON journal_{table};
DROP TRIGGER journal_refuser ON journal_{table};
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_sceaux")]
    operations = [
        migrations.RunSQL(GARDER_SUJET, OUVRIR_SUJET),
        *(migrations.RunSQL(MURS.format(table=t), DEMOLIR.format(table=t)) for t in TABLES),
    ]
