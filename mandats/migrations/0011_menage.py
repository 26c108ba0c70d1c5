"""Mandats and their perimeters are vacuumed each time a fiftieth of them is new or was changed.

The lists of a structure read an index alone, as long as VACUUM has told PostgreSQL that what the
index says is seen by all. No reader and no writer waits for this migration.
"""

from django.db import migrations

TABLES = ("mandat", "autorisation")
REGLER = """
ALTER TABLE mandats_{} SET (
    autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02)
"""
RENDRE = """
ALTER TABLE mandats_{} RESET (
    autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_scale_factor)
"""


class Migration(migrations.Migration):
    dependencies = [("mandats", "0010_classement")]

    operations = [
        migrations.RunSQL(REGLER.format(table), RENDRE.format(table)) for table in TABLES
    ]
