"""Which PostgreSQL, under which roles: the environment's own, or the embedded one of the demo."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from aidants_connect.postgresql import absence
from aidants_connect.postgresql_embarque import serveur

# No statement holds a page, a lock or a transaction for ever (milliseconds).
DELAIS = (
    "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
)
# A page reads few rows: to compile its query, or to start two processes more for it, takes longer
# than to answer it, and PostgreSQL decides by an estimate. The pages have the cores anyway.
COURTES = "-c jit=off -c max_parallel_workers_per_gather=0"
# A host that is gone refuses nothing: the pool would take four minutes to notice, and a statement
# that it was answering a quarter of an hour. The address of the database may say otherwise.
RESEAU = {
    "connect_timeout": 5,  # seconds
    "keepalives_idle": 10,  # seconds
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
}
_MOTEURS = {"django.db.backends.postgresql": "aidants_connect.postgresql"}
ROLES_DU_JOURNAL = ("sceau", "retention", "audit")
Reglage = dict[str, Any]


def configurer(env: environ.Env, *, en_production: bool) -> tuple[dict[str, Reglage], Reglage]:
    """Return `DATABASES` and how the owner of the tables connects, whom `migrate` alone uses.

    Raises ImproperlyConfigured in production without a database of its own.
    """
    base, proprietaire = _choisir(env, en_production)
    base["ENGINE"] = _MOTEURS.get(base["ENGINE"], base["ENGINE"])
    pool = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_MAX", default=8),
        "timeout": 10,
        "reconnect_timeout": 2,  # then its server is away: see aidants_connect/postgresql
        "reconnect_failed": absence.constater,
    }
    options = base.setdefault("OPTIONS", {})
    for nom, valeur in RESEAU.items():
        options.setdefault(nom, valeur)
    options.update({"pool": pool, "options": f"{DELAIS} {COURTES}"})
    return {"default": base}, proprietaire


def _choisir(env: environ.Env, en_production: bool) -> tuple[Reglage, Reglage]:
    if env("DATABASE_URL", default=""):
        proprietaire = env.db("DATABASE_OWNER_URL", default=env("DATABASE_URL"))
        return env.db("DATABASE_URL"), proprietaire
    if en_production:
        raise ImproperlyConfigured("DATABASE_URL is missing: production needs its own PostgreSQL.")
    embarquee = {
        "ENGINE": "aidants_connect.postgresql_embarque",
        "NAME": serveur.BASE,
        "USER": serveur.ROLE_APPLICATION,
        "HOST": "",
    }
    return embarquee, {"USER": serveur.ROLE_PROPRIETAIRE, "PASSWORD": ""}


def roles_du_journal(env: environ.Env) -> dict[str, Reglage]:
    """How the sealer, retention and audit connect; as the application where they have no role."""
    if env("DATABASE_URL", default=""):
        return {
            role: env.db(f"DATABASE_{role.upper()}_URL", default=env("DATABASE_URL"))
            for role in ROLES_DU_JOURNAL
        }
    return {role: {"USER": f"ac_{role}"} for role in ROLES_DU_JOURNAL}
