"""Run a command of manage.py with production's settings and throw-away values.

    python -m deploiement.valeurs_jetables check --deploy

For what must see these settings and touches neither a database nor a secret: the deployment check,
and the collection of static files while an image is built.
"""

import os
import sys
import tempfile
from pathlib import Path

from django.core.management import execute_from_command_line

from aidants_connect import secrets_demo

VALEURS = {
    "AC_ENVIRONNEMENT": "production",
    "DJANGO_SETTINGS_MODULE": "aidants_connect.settings",
    "SITE_URL": "https://aidants-connect.example",
    "DATABASE_URL": "postgres://ac_app:jetable@127.0.0.1:5432/aidants_connect",
    "DATABASE_OWNER_URL": "postgres://ac_owner:jetable@127.0.0.1:5432/aidants_connect",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "FC_ISSUER": "https://franceconnect.example/api/v2",
    "FC_CLIENT_ID": "jetable",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as dossier:
        os.environ.update(VALEURS | secrets_demo.lire_ou_creer(Path(dossier)))
    execute_from_command_line(["manage.py", *sys.argv[1:]])


if __name__ == "__main__":
    main()
