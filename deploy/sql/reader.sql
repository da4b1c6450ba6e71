-- A role that may read the history and nothing else: for `pgm status` and `pgm serve-health` beside an application.
-- Run in the database of the migrations, as a superuser, after role.sql. The password is set apart: \password pact_reader
-- in psql.

CREATE ROLE pact_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT CONNECT ON DATABASE pact_mock_servers TO pact_reader;

-- pgm would create the schema with its first run. It is made here so that the reader's rights are there before the tables.
CREATE SCHEMA IF NOT EXISTS pgm AUTHORIZATION pact;
GRANT USAGE ON SCHEMA pgm TO pact_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA pgm TO pact_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE pact IN SCHEMA pgm GRANT SELECT ON TABLES TO pact_reader;
