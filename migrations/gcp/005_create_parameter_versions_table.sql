-- Makes the table of parameter versions. They go when their parameter goes.

CREATE TABLE IF NOT EXISTS gcp.parameter_versions (
    key text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_gcp_parameter_versions PRIMARY KEY (key, version_id),
    CONSTRAINT fk_gcp_parameter_versions_parameters FOREIGN KEY (key)
        REFERENCES gcp.parameters (key) ON DELETE CASCADE
);

COMMENT ON TABLE gcp.parameter_versions IS 'Versions of the parameters of the GCP mock server';
COMMENT ON COLUMN gcp.parameter_versions.key IS 'The parameter it belongs to';
COMMENT ON COLUMN gcp.parameter_versions.version_id IS 'Chosen by the client, unique within a parameter';
COMMENT ON COLUMN gcp.parameter_versions.data IS 'The payload as the API returns it';
COMMENT ON COLUMN gcp.parameter_versions.enabled IS 'False makes an access fail while the version stays listed';
COMMENT ON COLUMN gcp.parameter_versions.created_at IS 'Seconds since 1970-01-01 UTC';
