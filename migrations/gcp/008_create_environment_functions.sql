-- Makes the functions that list the environments in use, for the filters of the mock server.

CREATE OR REPLACE FUNCTION gcp.list_secret_environments()
RETURNS TABLE (environment text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.environment
        FROM gcp.secrets AS s
        WHERE s.environment <> ''
        ORDER BY s.environment;
END
$$;

COMMENT ON FUNCTION gcp.list_secret_environments() IS
    'The distinct environments of the secrets, sorted, without null and empty ones';

CREATE OR REPLACE FUNCTION gcp.list_parameter_environments()
RETURNS TABLE (environment text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog
AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT p.environment
        FROM gcp.parameters AS p
        WHERE p.environment <> ''
        ORDER BY p.environment;
END
$$;

COMMENT ON FUNCTION gcp.list_parameter_environments() IS
    'The distinct environments of the parameters, sorted, without null and empty ones';
