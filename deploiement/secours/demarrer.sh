#!/bin/sh
# The standby: copies the primary the first time, then follows it, read-only, until it is promoted.
#   PRIMAIRE_HOTE, AC_REPLIQUE_PASSWORD  where the primary is, and the password of ac_replique
#   PGDATA                               its data; once copied they say themselves whom to follow
set -eu
: "${PRIMAIRE_HOTE:?}" "${AC_REPLIQUE_PASSWORD:?}" "${PGDATA:?}"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # The slot keeps what the standby has not read yet, within max_slot_wal_keep_size.
    export PGPASSWORD="$AC_REPLIQUE_PASSWORD"
    acces="host=$PRIMAIRE_HOTE port=${PRIMAIRE_PORT:-5432} user=ac_replique application_name=secours"
    psql --no-psqlrc --quiet --dbname "$acces replication=database dbname=postgres" \
        --command "CREATE_REPLICATION_SLOT secours PHYSICAL" >/dev/null 2>&1 || true # of a former copy
    pg_basebackup --dbname "$acces" --pgdata "$PGDATA" --wal-method stream --slot secours \
        --write-recovery-conf --checkpoint fast
    chmod 0700 "$PGDATA"
fi
exec postgres -D "$PGDATA" "$@"
