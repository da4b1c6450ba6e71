-- A role that can only read the history: for `pgm status` and `pgm serve-health` next to an application.
-- Run in the database of the migrations, as a superuser, after role.sql. Set the password separately: \password pact_reader
-- in psql.

CREATE ROLE pact_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT CONNECT ON DATABASE pact_mock_servers TO pact_reader;

-- pgm would create the schema in its first run. It is created here so that the reader has its privileges before that.
CREATE SCHEMA IF NOT EXISTS pgm AUTHORIZATION pact;
GRANT USAGE ON SCHEMA pgm TO pact_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA pgm TO pact_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE pact IN SCHEMA pgm GRANT SELECT ON TABLES TO pact_reader;
