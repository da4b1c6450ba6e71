-- Makes the functions that list the environments and the locations in use, for the filters of the mock server.

CREATE OR REPLACE FUNCTION azure.list_secret_environments()
RETURNS TABLE (environment text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.environment
        FROM azure.secrets AS s
        WHERE s.environment <> ''
        ORDER BY s.environment;
END
$$;

COMMENT ON FUNCTION azure.list_secret_environments() IS
    'The distinct environments of the secrets, sorted, without null and empty ones';

CREATE OR REPLACE FUNCTION azure.list_app_config_environments()
RETURNS TABLE (environment text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT a.environment
        FROM azure.app_config AS a
        WHERE a.environment <> ''
        ORDER BY a.environment;
END
$$;

COMMENT ON FUNCTION azure.list_app_config_environments() IS
    'The distinct environments of the app configuration, sorted, without null and empty ones';

CREATE OR REPLACE FUNCTION azure.list_secret_locations()
RETURNS TABLE (location text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.location
        FROM azure.secrets AS s
        WHERE s.location <> ''
        ORDER BY s.location;
END
$$;

COMMENT ON FUNCTION azure.list_secret_locations() IS
    'The distinct locations of the secrets, sorted, without null and empty ones';

CREATE OR REPLACE FUNCTION azure.list_app_config_locations()
RETURNS TABLE (location text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT a.location
        FROM azure.app_config AS a
        WHERE a.location <> ''
        ORDER BY a.location;
END
$$;

COMMENT ON FUNCTION azure.list_app_config_locations() IS
    'The distinct locations of the app configuration, sorted, without null and empty ones';
