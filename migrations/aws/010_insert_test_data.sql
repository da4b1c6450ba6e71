-- Inserts rows for the contract tests to find. Existing rows of the same name win, and the times are fixed, so that
-- every database gets the same rows and a second run changes none.

INSERT INTO aws.secrets (name, metadata, environment, location, created_at, updated_at)
VALUES
    (
        'pact-sample-database-url',
        '{
            "ARN": "arn:aws:secretsmanager:eu-west-1:000000000000:secret:pact-sample-database-url-AbCdEf",
            "Tags": [{"Key": "environment", "Value": "dev"}]
        }',
        'dev', 'eu-west-1', 1735689600, 1735689600
    ),
    (
        'pact-sample-api-key',
        '{
            "ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:pact-sample-api-key-GhIjKl",
            "Tags": [{"Key": "environment", "Value": "prod"}]
        }',
        'prod', 'us-east-1', 1735689600, 1735689600
    )
ON CONFLICT DO NOTHING;

INSERT INTO aws.versions (name, version_id, data, enabled, created_at)
VALUES
    (
        'pact-sample-database-url', '00000000-0000-4000-8000-000000000001',
        '{"SecretString": "sample-1"}', true, 1735689600
    ),
    (
        'pact-sample-database-url', '00000000-0000-4000-8000-000000000002',
        '{"SecretString": "sample-2"}', true, 1735693200
    ),
    (
        'pact-sample-api-key', '00000000-0000-4000-8000-000000000001',
        '{"SecretString": "sample-1"}', true, 1735689600
    )
ON CONFLICT DO NOTHING;

INSERT INTO aws.staging_labels (name, label, version_id, created_at, updated_at)
VALUES
    (
        'pact-sample-database-url', 'AWSPREVIOUS', '00000000-0000-4000-8000-000000000001',
        1735693200, 1735693200
    ),
    (
        'pact-sample-database-url', 'AWSCURRENT', '00000000-0000-4000-8000-000000000002',
        1735689600, 1735693200
    ),
    (
        'pact-sample-api-key', 'AWSCURRENT', '00000000-0000-4000-8000-000000000001',
        1735689600, 1735689600
    )
ON CONFLICT DO NOTHING;

INSERT INTO aws.parameters (name, type, description, metadata, environment, location, created_at, updated_at)
VALUES
    (
        '/pact/sample/feature-flags', 'StringList', 'Flags that are on',
        '{
            "ARN": "arn:aws:ssm:eu-west-1:000000000000:parameter/pact/sample/feature-flags",
            "Tags": [{"Key": "environment", "Value": "dev"}]
        }',
        'dev', 'eu-west-1', 1735689600, 1735689600
    ),
    (
        '/pact/sample/log-level', 'String', 'Lowest level that is logged',
        '{
            "ARN": "arn:aws:ssm:us-east-1:000000000000:parameter/pact/sample/log-level",
            "Tags": [{"Key": "environment", "Value": "prod"}]
        }',
        'prod', 'us-east-1', 1735689600, 1735689600
    )
ON CONFLICT DO NOTHING;

INSERT INTO aws.parameter_versions (name, version_id, data, enabled, created_at)
VALUES
    ('/pact/sample/feature-flags', '1', '{"Value": "search,export"}', true, 1735689600),
    ('/pact/sample/log-level', '1', '{"Value": "info"}', true, 1735689600)
ON CONFLICT DO NOTHING;
