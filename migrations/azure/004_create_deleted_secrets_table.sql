-- Makes the table of secrets that are deleted but can still be recovered. It holds whole copies and refers to no other
-- table, because the row in secrets and its versions are gone by then.

CREATE TABLE IF NOT EXISTS azure.deleted_secrets (
    name text NOT NULL,
    data jsonb NOT NULL,
    deleted_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    scheduled_purge_at bigint NOT NULL
        DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint + 7776000,
    CONSTRAINT pk_azure_deleted_secrets PRIMARY KEY (name),
    CONSTRAINT chk_azure_deleted_secrets_purge_after_deletion CHECK (scheduled_purge_at >= deleted_at)
);

COMMENT ON TABLE azure.deleted_secrets IS
    'Soft-deleted secrets of the Azure mock server, until they are recovered or purged';
COMMENT ON COLUMN azure.deleted_secrets.data IS 'The secret with its metadata and versions, enough to recover it';
COMMENT ON COLUMN azure.deleted_secrets.deleted_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN azure.deleted_secrets.scheduled_purge_at IS
    'Seconds since 1970-01-01 UTC; 90 days after the deletion, as Key Vault has it, unless the writer says otherwise';
