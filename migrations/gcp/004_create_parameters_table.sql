-- Makes the table of parameters as Parameter Manager lists them. The values are kept apart, one row a version.

CREATE TABLE IF NOT EXISTS gcp.parameters (
    key text NOT NULL,
    metadata jsonb,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    updated_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_gcp_parameters PRIMARY KEY (key)
);

COMMENT ON TABLE gcp.parameters IS 'Parameters of the GCP mock server, one row a parameter';
COMMENT ON COLUMN gcp.parameters.key IS 'Parameter id, without project and location';
COMMENT ON COLUMN gcp.parameters.metadata IS 'The resource without its values; labels are the object under "labels"';
COMMENT ON COLUMN gcp.parameters.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN gcp.parameters.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
