-- Makes the functions that list the environments and the locations in use, for the filters of the mock server.

CREATE OR REPLACE FUNCTION aws.list_secret_environments()
RETURNS TABLE (environment text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.environment
        FROM aws.secrets AS s
        WHERE s.environment <> ''
        ORDER BY s.environment;
END
$$;

COMMENT ON FUNCTION aws.list_secret_environments() IS
    'The distinct environments of the secrets, sorted, without null and empty ones';

CREATE OR REPLACE FUNCTION aws.list_parameter_environments()
RETURNS TABLE (environment text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT p.environment
        FROM aws.parameters AS p
        WHERE p.environment <> ''
        ORDER BY p.environment;
END
$$;

COMMENT ON FUNCTION aws.list_parameter_environments() IS
    'The distinct environments of the parameters, sorted, without null and empty ones';

CREATE OR REPLACE FUNCTION aws.list_secret_locations()
RETURNS TABLE (location text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.location
        FROM aws.secrets AS s
        WHERE s.location <> ''
        ORDER BY s.location;
END
$$;

COMMENT ON FUNCTION aws.list_secret_locations() IS
    'The distinct locations of the secrets, sorted, without null and empty ones';

CREATE OR REPLACE FUNCTION aws.list_parameter_locations()
RETURNS TABLE (location text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT p.location
        FROM aws.parameters AS p
        WHERE p.location <> ''
        ORDER BY p.location;
END
$$;

COMMENT ON FUNCTION aws.list_parameter_locations() IS
    'The distinct locations of the parameters, sorted, without null and empty ones';
