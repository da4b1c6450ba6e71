-- Inserts rows for the contract tests to find. Existing rows of the same name win, and the times are fixed, so that
-- every database gets the same rows and a second run changes none.

INSERT INTO azure.secrets (name, metadata, environment, location, created_at, updated_at)
VALUES
    (
        'pact-sample-database-url',
        '{"tags": {"environment": "dev", "location": "westeurope"}}',
        'dev', 'westeurope', 1735689600, 1735689600
    ),
    (
        'pact-sample-api-key',
        '{"tags": {"environment": "prod"}}',
        'prod', NULL, 1735689600, 1735689600
    )
ON CONFLICT DO NOTHING;

INSERT INTO azure.versions (name, version_id, data, enabled, created_at)
VALUES
    ('pact-sample-database-url', '00000000000040008000000000000001', '{"value": "sample-1"}', false, 1735689600),
    ('pact-sample-database-url', '00000000000040008000000000000002', '{"value": "sample-2"}', true, 1735693200),
    ('pact-sample-api-key', '00000000000040008000000000000001', '{"value": "sample-1"}', true, 1735689600)
ON CONFLICT DO NOTHING;

INSERT INTO azure.deleted_secrets (name, data, deleted_at, scheduled_purge_at)
VALUES
    (
        'pact-sample-retired-key',
        '{
            "metadata": {"tags": {"environment": "dev"}},
            "versions": [{"version_id": "00000000000040008000000000000001", "value": "sample-1"}]
        }',
        1735689600, 1743465600
    )
ON CONFLICT DO NOTHING;

INSERT INTO azure.app_config (key, metadata, environment, location, created_at, updated_at)
VALUES
    (
        'pact:sample:feature-flags',
        '{"content_type": "application/json", "tags": {"environment": "dev", "location": "westeurope"}}',
        'dev', 'westeurope', 1735689600, 1735689600
    ),
    (
        'pact:sample:log-level',
        '{"content_type": "text/plain", "tags": {"environment": "prod"}}',
        'prod', NULL, 1735689600, 1735689600
    )
ON CONFLICT DO NOTHING;

INSERT INTO azure.app_config_versions (key, version_id, data, enabled, created_at)
VALUES
    ('pact:sample:feature-flags', '1', '{"value": "{\"sample\": true}"}', true, 1735689600),
    ('pact:sample:log-level', '1', '{"value": "info"}', true, 1735689600)
ON CONFLICT DO NOTHING;
