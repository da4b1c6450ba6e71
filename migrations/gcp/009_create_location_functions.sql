-- Makes the functions that list the locations in use, for the filters of the mock server.

CREATE OR REPLACE FUNCTION gcp.list_secret_locations()
RETURNS TABLE (location text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.location
        FROM gcp.secrets AS s
        WHERE s.location <> ''
        ORDER BY s.location;
END
$$;

COMMENT ON FUNCTION gcp.list_secret_locations() IS
    'The distinct locations of the secrets, sorted, without null and empty ones';

CREATE OR REPLACE FUNCTION gcp.list_parameter_locations()
RETURNS TABLE (location text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT p.location
        FROM gcp.parameters AS p
        WHERE p.location <> ''
        ORDER BY p.location;
END
$$;

COMMENT ON FUNCTION gcp.list_parameter_locations() IS
    'The distinct locations of the parameters, sorted, without null and empty ones';
