#!/bin/sh
# Run once, on an empty PostgreSQL (15 or newer), as its superuser: the roles and the database.
#   ac_owner  owns the tables; `manage.py migrate` alone connects under it.
#   ac_app    runs the application and owns nothing; each migrate gives it its rights.
#   ac_sceau, ac_retention, ac_audit  seal the journal, erase its subjects, verify it; own nothing.
# Reads AC_OWNER_PASSWORD, AC_APP_PASSWORD, AC_SCEAU_PASSWORD, AC_RETENTION_PASSWORD,
# AC_AUDIT_PASSWORD and, for another superuser than postgres, POSTGRES_USER. The last three may be
# missing: the role is then not made, and the application's does its work.
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
\getenv sceau_password AC_SCEAU_PASSWORD
\getenv retention_password AC_RETENTION_PASSWORD
\getenv audit_password AC_AUDIT_PASSWORD
\if :{?sceau_password}
CREATE ROLE ac_sceau LOGIN PASSWORD :'sceau_password';
GRANT CONNECT ON DATABASE aidants_connect TO ac_sceau;
\endif
\if :{?retention_password}
CREATE ROLE ac_retention LOGIN PASSWORD :'retention_password';
GRANT CONNECT ON DATABASE aidants_connect TO ac_retention;
\endif
\if :{?audit_password}
CREATE ROLE ac_audit LOGIN PASSWORD :'audit_password';
GRANT CONNECT ON DATABASE aidants_connect TO ac_audit;
\endif
\connect aidants_connect
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
