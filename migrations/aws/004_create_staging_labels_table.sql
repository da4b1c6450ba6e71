-- Makes the table of staging labels. The key allows a label once in a secret, so moving it is one update,
-- and at no instant do two versions bear AWSCURRENT.

CREATE TABLE IF NOT EXISTS aws.staging_labels (
    name text NOT NULL,
    label text NOT NULL,
    version_id text NOT NULL,
    created_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    updated_at bigint NOT NULL DEFAULT pg_catalog.floor(EXTRACT(EPOCH FROM pg_catalog.now()))::bigint,
    CONSTRAINT pk_aws_staging_labels PRIMARY KEY (name, label),
    CONSTRAINT fk_aws_staging_labels_versions FOREIGN KEY (name, version_id)
        REFERENCES aws.versions (name, version_id) ON DELETE CASCADE
);

COMMENT ON TABLE aws.staging_labels IS 'Which version of a secret each staging label points to';
COMMENT ON COLUMN aws.staging_labels.name IS 'The secret the version belongs to';
COMMENT ON COLUMN aws.staging_labels.label IS 'AWSCURRENT, AWSPREVIOUS, AWSPENDING or one of the client''s own';
COMMENT ON COLUMN aws.staging_labels.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN aws.staging_labels.updated_at IS
    'When it was last moved, seconds since 1970-01-01 UTC; set by the writer';
