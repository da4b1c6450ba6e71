-- The role for pgm if it should also create the database (pgm ensure-db, which migrate and watch include): it owns the
-- databases it creates, and has no privileges in any other. Run as a superuser. Set the password separately:
-- \password pact in psql.
--
-- It has to connect to a maintenance database (postgres, or the one of --maintenance-db), which everyone may by default:
-- GRANT CONNECT ON DATABASE postgres TO pact;

CREATE ROLE pact LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
