-- The role pgm works as where it is to create the database too (pgm ensure-db, which migrate and watch include): it owns
-- the databases it creates, and gets no right in any other. Run as a superuser. The password is set apart: \password pact
-- in psql.
--
-- It has to reach a maintenance database (postgres, or the one of --maintenance-db), which everybody may by default:
-- GRANT CONNECT ON DATABASE postgres TO pact;

CREATE ROLE pact LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
