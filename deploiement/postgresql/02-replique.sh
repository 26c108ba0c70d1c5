#!/bin/sh
# Run once, on the primary, as its superuser and beside its data: the role of a standby, and its way
# in. Without AC_REPLIQUE_PASSWORD there is no standby, and nothing is done.
set -eu
[ -n "${AC_REPLIQUE_PASSWORD:-}" ] || exit 0

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv replique_password AC_REPLIQUE_PASSWORD
CREATE ROLE ac_replique LOGIN REPLICATION PASSWORD :'replique_password';
SQL
echo "host replication ac_replique all scram-sha-256" >>"$PGDATA/pg_hba.conf"
psql --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --command "SELECT pg_reload_conf()" >/dev/null
