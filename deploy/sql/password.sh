# Run by the start script of the PostgreSQL image, after role.sql. psql itself reads the password file and quotes its
# content, so the password is in no argument and no log.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres <<'SQL'
\set password `cat /run/secrets/postgres/pact`
ALTER ROLE pact PASSWORD :'password';
SQL
