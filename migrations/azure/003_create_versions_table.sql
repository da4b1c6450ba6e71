-- Makes the table of secret versions. They go when their secret goes, as in Key Vault.

CREATE TABLE IF NOT EXISTS azure.versions (
    name text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_azure_versions PRIMARY KEY (name, version_id),
    CONSTRAINT fk_azure_versions_secrets FOREIGN KEY (name)
        REFERENCES azure.secrets (name) ON DELETE CASCADE
);

COMMENT ON TABLE azure.versions IS 'Versions of the secrets of the Azure mock server';
COMMENT ON COLUMN azure.versions.name IS 'The secret it belongs to';
COMMENT ON COLUMN azure.versions.version_id IS '32 hexadecimal digits in Key Vault; unique within a secret';
COMMENT ON COLUMN azure.versions.data IS 'The value and its attributes as the API returns them';
COMMENT ON COLUMN azure.versions.enabled IS 'False makes a read fail while the version stays listed';
COMMENT ON COLUMN azure.versions.created_at IS 'Seconds since 1970-01-01 UTC';
