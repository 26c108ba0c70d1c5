"""The journal is vacuumed each time it grew by a hundredth.

Its lists, its figures and its searches read an index alone, as long as PostgreSQL knows that what
the index says is seen by all: that is told by VACUUM, which would come after a fifth more, half a
year of lines at five million. No reader and no writer waits for this migration.
"""

from django.db import migrations

TABLES = ("entree", "sujet", "feuille")
REGLER = """
ALTER TABLE journal_{} SET (
    autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02)
"""
RENDRE = """
ALTER TABLE journal_{} RESET (
    autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor)
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0009_lignes_d_un_compte")]

    operations = [
        migrations.RunSQL(REGLER.format(table), RENDRE.format(table)) for table in TABLES
    ]
