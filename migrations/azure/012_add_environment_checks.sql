-- Refuses new rows without an environment. NOT VALID skips the scan of the rows there are, which keeps the exclusive
-- lock short; the next file checks those. An existing check is left as it is, without a lock: to change the rule,
-- give the new check another name.

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint AS c
        WHERE c.conrelid = 'azure.secrets'::pg_catalog.regclass
          AND c.conname = 'chk_azure_secrets_environment_not_empty'
    ) THEN
        ALTER TABLE azure.secrets
            ADD CONSTRAINT chk_azure_secrets_environment_not_empty
            CHECK (environment IS NOT NULL AND pg_catalog.btrim(environment) <> '') NOT VALID;
    END IF;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint AS c
        WHERE c.conrelid = 'azure.app_config'::pg_catalog.regclass
          AND c.conname = 'chk_azure_app_config_environment_not_empty'
    ) THEN
        ALTER TABLE azure.app_config
            ADD CONSTRAINT chk_azure_app_config_environment_not_empty
            CHECK (environment IS NOT NULL AND pg_catalog.btrim(environment) <> '') NOT VALID;
    END IF;
END
$$;
