-- Inserts rows for the contract tests to find. Existing rows of the same key win, and the times are fixed, so that
-- every database gets the same rows and a second run changes none.

INSERT INTO gcp.secrets (key, metadata, environment, location, created_at, updated_at)
VALUES
    (
        'pact-sample-database-url',
        '{"labels": {"environment": "dev", "location": "europe-west1"}}',
        'dev', 'europe-west1', 1735689600, 1735689600
    ),
    (
        'pact-sample-api-key',
        '{"labels": {"environment": "prod"}}',
        'prod', NULL, 1735689600, 1735689600
    )
ON CONFLICT DO NOTHING;

INSERT INTO gcp.versions (key, version_id, data, enabled, created_at)
VALUES
    ('pact-sample-database-url', '1', '{"payload": {"data": "c2FtcGxlLTE="}}', false, 1735689600),
    ('pact-sample-database-url', '2', '{"payload": {"data": "c2FtcGxlLTI="}}', true, 1735693200),
    ('pact-sample-api-key', '1', '{"payload": {"data": "c2FtcGxlLTE="}}', true, 1735689600)
ON CONFLICT DO NOTHING;

INSERT INTO gcp.parameters (key, metadata, environment, location, created_at, updated_at)
VALUES
    (
        'pact-sample-feature-flags',
        '{"format": "JSON", "labels": {"environment": "dev", "location": "europe-west1"}}',
        'dev', 'europe-west1', 1735689600, 1735689600
    ),
    (
        'pact-sample-log-level',
        '{"format": "UNFORMATTED", "labels": {"environment": "prod"}}',
        'prod', NULL, 1735689600, 1735689600
    )
ON CONFLICT DO NOTHING;

INSERT INTO gcp.parameter_versions (key, version_id, data, enabled, created_at)
VALUES
    ('pact-sample-feature-flags', 'v1', '{"payload": {"data": "eyJzYW1wbGUiOiB0cnVlfQ=="}}', true, 1735689600),
    ('pact-sample-log-level', 'v1', '{"payload": {"data": "aW5mbw=="}}', true, 1735689600)
ON CONFLICT DO NOTHING;
