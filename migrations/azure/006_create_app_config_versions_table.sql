-- Makes the table of the versions of settings. They go when their setting goes.

CREATE TABLE IF NOT EXISTS azure.app_config_versions (
    key text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_azure_app_config_versions PRIMARY KEY (key, version_id),
    CONSTRAINT fk_azure_app_config_versions_app_config FOREIGN KEY (key)
        REFERENCES azure.app_config (key) ON DELETE CASCADE
);

COMMENT ON TABLE azure.app_config_versions IS 'Versions of the app configuration of the Azure mock server';
COMMENT ON COLUMN azure.app_config_versions.key IS 'The setting it belongs to';
COMMENT ON COLUMN azure.app_config_versions.version_id IS 'The etag of App Configuration; unique within a setting';
COMMENT ON COLUMN azure.app_config_versions.data IS 'The value as the API returns it';
COMMENT ON COLUMN azure.app_config_versions.enabled IS 'False makes a read fail while the version stays listed';
COMMENT ON COLUMN azure.app_config_versions.created_at IS 'Seconds since 1970-01-01 UTC';
