-- Makes the table of secret versions. They go when their secret goes, as in Secret Manager.

CREATE TABLE IF NOT EXISTS gcp.versions (
    key text NOT NULL,
    version_id text NOT NULL,
    data jsonb,
    enabled boolean NOT NULL DEFAULT true,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_gcp_versions PRIMARY KEY (key, version_id),
    CONSTRAINT fk_gcp_versions_secrets FOREIGN KEY (key)
        REFERENCES gcp.secrets (key) ON DELETE CASCADE
);

COMMENT ON TABLE gcp.versions IS 'Versions of the secrets of the GCP mock server';
COMMENT ON COLUMN gcp.versions.key IS 'The secret it belongs to';
COMMENT ON COLUMN gcp.versions.version_id IS 'Counts up from 1 within a secret; text, as it is in resource names';
COMMENT ON COLUMN gcp.versions.data IS 'The payload as the API returns it; null once the version is destroyed';
COMMENT ON COLUMN gcp.versions.enabled IS 'False makes an access fail while the version stays listed';
COMMENT ON COLUMN gcp.versions.created_at IS 'Seconds since 1970-01-01 UTC';
