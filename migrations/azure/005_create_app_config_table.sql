-- Makes the table of settings as App Configuration lists them. The values are kept apart, one row a version.

CREATE TABLE IF NOT EXISTS azure.app_config (
    key text NOT NULL,
    metadata jsonb,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    updated_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_azure_app_config PRIMARY KEY (key)
);

COMMENT ON TABLE azure.app_config IS 'App configuration of the Azure mock server, one row a setting';
COMMENT ON COLUMN azure.app_config.metadata IS
    'The setting without its values: label, content type and the object under "tags"';
COMMENT ON COLUMN azure.app_config.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN azure.app_config.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
