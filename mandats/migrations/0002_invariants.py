"""The rules of authorisations, held by the database.

`structure`, `usager`, `debut` and `fin` are copied from the mandat; the composite foreign key makes
PostgreSQL itself keep the copy equal, whoever writes.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

RECOPIER = """
UPDATE mandats_autorisation a
SET structure_id = m.structure_id, usager_id = m.usager_id, debut = m.signe_le, fin = m.fin,
    echue = (a.revoquee_le IS NULL AND m.fin <= now())
FROM mandats_mandat m WHERE m.id = a.mandat_id;
-- What was revoked by a clock that ran a little before or after.
UPDATE mandats_autorisation
SET revoquee_le = least(greatest(revoquee_le, debut), fin) WHERE revoquee_le IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""
RECOPIE = "(mandat_id, structure_id, usager_id, debut, fin)"
CLE = "(id, structure_id, usager_id, signe_le, fin)"
LIER = f"""
ALTER TABLE mandats_mandat ADD CONSTRAINT mandat_recopie UNIQUE {CLE};
ALTER TABLE mandats_autorisation ADD CONSTRAINT autorisation_comme_son_mandat
    FOREIGN KEY {RECOPIE} REFERENCES mandats_mandat {CLE} ON UPDATE CASCADE;
"""
DELIER = """
ALTER TABLE mandats_autorisation DROP CONSTRAINT autorisation_comme_son_mandat;
ALTER TABLE mandats_mandat DROP CONSTRAINT mandat_recopie;
"""


def recopiees(**autres):
    cle = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", **autres}
    return [
        ("structure", models.ForeignKey(to="aidants.structure", **cle)),
        ("usager", models.ForeignKey(to="usagers.usager", **cle)),
        ("debut", models.DateTimeField(verbose_name="commence le", **autres)),
        ("fin", models.DateTimeField(verbose_name="prend fin le", **autres)),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("mandats", "0001_initial"),
        ("aidants", "0001_initial"),
        ("usagers", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "autorisation", "echue", models.BooleanField("échue", default=False)
        ),
        *[migrations.AddField("autorisation", nom, c) for nom, c in recopiees(null=True)],
        migrations.RunSQL(RECOPIER, migrations.RunSQL.noop),
        *[migrations.AlterField("autorisation", nom, c) for nom, c in recopiees()],
        migrations.RunSQL(LIER, DELIER),
        migrations.AddConstraint(
            "autorisation",
            models.UniqueConstraint(
                fields=["structure", "usager", "demarche"],
                condition=Q(revoquee_le=None, echue=False),
                name="autorisation_ouverte_unique",
                violation_error_message="Cette démarche est déjà autorisée à cette structure.",
            ),
        ),
        migrations.AddConstraint(
            "autorisation",
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="autorisation_fin_apres_debut",
                violation_error_message="Une autorisation finit après son début.",
            ),
        ),
        migrations.AddConstraint(
            "autorisation",
            models.CheckConstraint(
                condition=Q(revoquee_le=None)
                | Q(revoquee_le__gte=F("debut"), revoquee_le__lte=F("fin")),
                name="autorisation_revoquee_de_son_vivant",
                violation_error_message="Une autorisation est retirée entre son début et sa fin.",
            ),
        ),
        migrations.AddConstraint(
            "autorisation",
            models.CheckConstraint(
                condition=Q(echue=False) | Q(revoquee_le=None),
                name="autorisation_echue_ou_revoquee",
                violation_error_message="Une autorisation retirée ne peut plus arriver à sa fin.",
            ),
        ),
    ]
