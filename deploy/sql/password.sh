# Read by the start script of PostgreSQL's image, after role.sql. The password goes by a pipe, so that it is in no
# argument and no log: psql itself reads the file, and quotes what is in it.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres <<'SQL'
\set password `cat /run/secrets/postgres/pact`
ALTER ROLE pact PASSWORD :'password';
SQL
