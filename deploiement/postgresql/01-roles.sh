#!/bin/sh
# Run once, on an empty PostgreSQL (15 or newer), as its superuser: the two roles and the database.
#   ac_owner  owns the tables; `manage.py migrate` alone connects under it.
#   ac_app    runs the application and owns nothing; each migrate gives it its rights.
# Reads AC_OWNER_PASSWORD, AC_APP_PASSWORD and, for another superuser than postgres, POSTGRES_USER.
set -eu
: "${AC_OWNER_PASSWORD:?}" "${AC_APP_PASSWORD:?}"

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password AC_OWNER_PASSWORD
\getenv app_password AC_APP_PASSWORD
CREATE ROLE ac_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ac_app LOGIN PASSWORD :'app_password';
CREATE DATABASE aidants_connect OWNER ac_owner;
REVOKE ALL ON DATABASE aidants_connect FROM PUBLIC;
GRANT CONNECT ON DATABASE aidants_connect TO ac_app;
\connect aidants_connect
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
