-- The role pgm works as where the database is there already: it may connect to this one and create schemas in it, and
-- owns what its migrations create. Nothing else: no superuser, no other databases, no roles. Run as a superuser, on a
-- server that has the database. The password is set apart: \password pact in psql.
--
-- Supervising a running migration and ending sessions that pgm itself lost need no more than this: a role sees and may
-- end its own sessions. Of another role's session that is in the way, pgm then names the process, the application and
-- the user. To see since when as well: GRANT pg_read_all_stats TO pact;

CREATE ROLE pact LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- By default everybody may connect to every database.
REVOKE ALL ON DATABASE pact_mock_servers FROM PUBLIC;
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE pact_mock_servers TO pact;

-- Only for files without a schema of their own, which belong to public, and only in that database:
-- GRANT CREATE ON SCHEMA public TO pact;
