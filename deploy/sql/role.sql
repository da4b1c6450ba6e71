-- The role for pgm if the database exists: it can connect to it and create schemas in it, and owns what its migrations
-- create. Nothing else: no superuser, no other databases, no roles. Run as a superuser, on a server that has the
-- database. Set the password separately: \password pact in psql.
--
-- Supervising a running migration and ending sessions that pgm itself lost need no more than this: a role can see and
-- end its own sessions. If a session of another role blocks a file, pgm shows its process, application and user. To see
-- since when as well: GRANT pg_read_all_stats TO pact;

CREATE ROLE pact LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- By default every role may connect to every database.
REVOKE ALL ON DATABASE pact_mock_servers FROM PUBLIC;
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE pact_mock_servers TO pact;

-- Only for files without a schema, which belong to public, and only in that database:
-- GRANT CREATE ON SCHEMA public TO pact;
