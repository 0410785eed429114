#!/usr/bin/env bash
# One database a service, which only its own two roles may enter: <service>_owner, who may change
# the schema, and <service>_app, to whom `migrate` grants what the service needs. Passwords come
# from the environment: DONATION_OWNER_PASSWORD, DONATION_APP_PASSWORD and so on. Doing it again
# changes nothing but the passwords. Run by the postgres image and by ./dev.
set -euo pipefail

for service in donation inventory request dispatch; do
  owner_password=${service^^}_OWNER_PASSWORD
  app_password=${service^^}_APP_PASSWORD
  : "${!owner_password:?}" "${!app_password:?}"
  # psql reads the passwords itself: arguments are visible to every process.
  export OWNER_PASSWORD=${!owner_password} APP_PASSWORD=${!app_password}
  psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres \
    -v database="$service" -v owner="${service}_owner" -v app="${service}_app" <<'SQL'
\set owner_password `printenv OWNER_PASSWORD`
\set app_password `printenv APP_PASSWORD`
select format('create role %I login', name) from unnest(array[:'owner', :'app']) as name
where not exists (select from pg_roles where rolname = name) \gexec
alter role :"owner" password :'owner_password';
alter role :"app" password :'app_password';
select format('create database %I owner %I', :'database', :'owner')
where not exists (select from pg_database where datname = :'database') \gexec
revoke all on database :"database" from public;
grant connect on database :"database" to :"app";
SQL
done
