-- The schema of a database as pgm schema prints it.
-- What has no OWNER TO belongs to the owner of the database.

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET search_path = '';
SET default_tablespace = '';
SET default_table_access_method = heap;
SET client_min_messages = warning;

--
-- Schema aws
--

CREATE SCHEMA aws;

CREATE FUNCTION aws.arn_region(metadata jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog'
AS $function$
    SELECT CASE
        WHEN pg_catalog.jsonb_typeof(metadata -> 'ARN') = 'string'
        THEN pg_catalog.substring(metadata ->> 'ARN', '^arn:[^:]*:[^:]*:([a-z0-9-]{1,64}):')
    END
$function$;
COMMENT ON FUNCTION aws.arn_region(pg_catalog.jsonb) IS 'The region in the ARN, for example eu-west-1; null when the ARN is missing, names no region or is no ARN';

CREATE FUNCTION aws.list_parameter_environments()
 RETURNS TABLE(environment text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT p.environment
        FROM aws.parameters AS p
        WHERE p.environment <> ''
        ORDER BY p.environment;
END
$function$;
COMMENT ON FUNCTION aws.list_parameter_environments() IS 'The distinct environments of the parameters, sorted, without null and empty ones';

CREATE FUNCTION aws.list_parameter_locations()
 RETURNS TABLE(location text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT p.location
        FROM aws.parameters AS p
        WHERE p.location <> ''
        ORDER BY p.location;
END
$function$;
COMMENT ON FUNCTION aws.list_parameter_locations() IS 'The distinct locations of the parameters, sorted, without null and empty ones';

CREATE FUNCTION aws.list_secret_environments()
 RETURNS TABLE(environment text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.environment
        FROM aws.secrets AS s
        WHERE s.environment <> ''
        ORDER BY s.environment;
END
$function$;
COMMENT ON FUNCTION aws.list_secret_environments() IS 'The distinct environments of the secrets, sorted, without null and empty ones';

CREATE FUNCTION aws.list_secret_locations()
 RETURNS TABLE(location text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.location
        FROM aws.secrets AS s
        WHERE s.location <> ''
        ORDER BY s.location;
END
$function$;
COMMENT ON FUNCTION aws.list_secret_locations() IS 'The distinct locations of the secrets, sorted, without null and empty ones';

CREATE FUNCTION aws.tag_value(metadata jsonb, tag text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog'
AS $function$
    SELECT pg_catalog.btrim(entry.pair ->> 'Value')
    FROM pg_catalog.jsonb_path_query(metadata, 'strict $.Tags[*]', silent => true)
        WITH ORDINALITY AS entry (pair, ordinal)
    -- Collation "C", because lower() of some locales turns I into a letter that is not i.
    WHERE pg_catalog.lower((entry.pair ->> 'Key') COLLATE pg_catalog."C")
        = pg_catalog.lower(tag COLLATE pg_catalog."C")
      AND pg_catalog.jsonb_typeof(entry.pair -> 'Value') = 'string'
      AND pg_catalog.char_length(pg_catalog.btrim(entry.pair ->> 'Value')) BETWEEN 1 AND 256
    ORDER BY entry.ordinal
    LIMIT 1
$function$;
COMMENT ON FUNCTION aws.tag_value(pg_catalog.jsonb,pg_catalog.text) IS 'The first tag of that key, in any case of letters, trimmed; null when there is none, when it is blank, no string or longer than 256 characters (what an index on two of them can hold), or when the metadata has another shape';

CREATE TABLE aws.parameter_versions (
    name text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    CONSTRAINT pk_aws_parameter_versions PRIMARY KEY (name, version_id)
);
COMMENT ON TABLE aws.parameter_versions IS 'Versions of the parameters of the AWS mock server';
COMMENT ON COLUMN aws.parameter_versions.name IS 'The parameter it belongs to';
COMMENT ON COLUMN aws.parameter_versions.version_id IS 'Counts up from 1 within a parameter';
COMMENT ON COLUMN aws.parameter_versions.data IS 'The value as the API returns it';
COMMENT ON COLUMN aws.parameter_versions.enabled IS 'False makes a read fail while the version stays listed';
COMMENT ON COLUMN aws.parameter_versions.created_at IS 'Seconds since 1970-01-01 UTC';

CREATE TABLE aws.parameters (
    name text NOT NULL,
    type text DEFAULT 'String'::text NOT NULL,
    description text,
    metadata jsonb,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    updated_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    environment text,
    location text,
    CONSTRAINT pk_aws_parameters PRIMARY KEY (name),
    CONSTRAINT chk_aws_parameters_environment_not_empty CHECK (((environment IS NOT NULL) AND (btrim(environment) <> ''::text))),
    CONSTRAINT chk_aws_parameters_type_known CHECK ((type = ANY (ARRAY['String'::text, 'StringList'::text, 'SecureString'::text])))
);
CREATE INDEX idx_aws_parameters_environment ON aws.parameters USING btree (environment);
CREATE INDEX idx_aws_parameters_environment_location ON aws.parameters USING btree (environment, location);
CREATE INDEX idx_aws_parameters_location ON aws.parameters USING btree (location);
COMMENT ON TABLE aws.parameters IS 'Parameters of the AWS mock server, one row a parameter';
COMMENT ON COLUMN aws.parameters.name IS 'Full name with its path, for example /app/dev/log-level';
COMMENT ON COLUMN aws.parameters.metadata IS 'The description without its values: "ARN", and "Tags" as an array of {Key, Value}';
COMMENT ON COLUMN aws.parameters.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN aws.parameters.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
COMMENT ON COLUMN aws.parameters.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN aws.parameters.location IS 'Region, for example eu-west-1; null when not known';

CREATE TABLE aws.secrets (
    name text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    metadata jsonb,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    updated_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    environment text,
    location text,
    CONSTRAINT pk_aws_secrets PRIMARY KEY (name),
    CONSTRAINT chk_aws_secrets_environment_not_empty CHECK (((environment IS NOT NULL) AND (btrim(environment) <> ''::text)))
);
CREATE INDEX idx_aws_secrets_environment ON aws.secrets USING btree (environment);
CREATE INDEX idx_aws_secrets_environment_location ON aws.secrets USING btree (environment, location);
CREATE INDEX idx_aws_secrets_location ON aws.secrets USING btree (location);
COMMENT ON TABLE aws.secrets IS 'Secrets of the AWS mock server, one row a secret';
COMMENT ON COLUMN aws.secrets.name IS 'Friendly name, not the ARN';
COMMENT ON COLUMN aws.secrets.disabled IS 'True hides every version, as for a secret that is marked for deletion';
COMMENT ON COLUMN aws.secrets.metadata IS 'The description without its values: "ARN", and "Tags" as an array of {Key, Value}';
COMMENT ON COLUMN aws.secrets.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN aws.secrets.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
COMMENT ON COLUMN aws.secrets.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN aws.secrets.location IS 'Region, for example eu-west-1; null when not known';

CREATE TABLE aws.staging_labels (
    name text NOT NULL,
    label text NOT NULL,
    version_id text NOT NULL,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    updated_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    CONSTRAINT pk_aws_staging_labels PRIMARY KEY (name, label)
);
COMMENT ON TABLE aws.staging_labels IS 'Which version of a secret each staging label points to';
COMMENT ON COLUMN aws.staging_labels.name IS 'The secret the version belongs to';
COMMENT ON COLUMN aws.staging_labels.label IS 'AWSCURRENT, AWSPREVIOUS, AWSPENDING or one of the client''s own';
COMMENT ON COLUMN aws.staging_labels.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN aws.staging_labels.updated_at IS 'When it was last moved, seconds since 1970-01-01 UTC; set by the writer';

CREATE TABLE aws.versions (
    name text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    CONSTRAINT pk_aws_versions PRIMARY KEY (name, version_id)
);
COMMENT ON TABLE aws.versions IS 'Versions of the secrets of the AWS mock server';
COMMENT ON COLUMN aws.versions.name IS 'The secret it belongs to';
COMMENT ON COLUMN aws.versions.version_id IS 'VersionId of the API, mostly a UUID; unique within a secret';
COMMENT ON COLUMN aws.versions.data IS 'SecretString or SecretBinary as the API returns it';
COMMENT ON COLUMN aws.versions.enabled IS 'False makes a read fail while the version stays listed';
COMMENT ON COLUMN aws.versions.created_at IS 'Seconds since 1970-01-01 UTC';

--
-- Schema azure
--

CREATE SCHEMA azure;

CREATE FUNCTION azure.list_app_config_environments()
 RETURNS TABLE(environment text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT a.environment
        FROM azure.app_config AS a
        WHERE a.environment <> ''
        ORDER BY a.environment;
END
$function$;
COMMENT ON FUNCTION azure.list_app_config_environments() IS 'The distinct environments of the app configuration, sorted, without null and empty ones';

CREATE FUNCTION azure.list_app_config_locations()
 RETURNS TABLE(location text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT a.location
        FROM azure.app_config AS a
        WHERE a.location <> ''
        ORDER BY a.location;
END
$function$;
COMMENT ON FUNCTION azure.list_app_config_locations() IS 'The distinct locations of the app configuration, sorted, without null and empty ones';

CREATE FUNCTION azure.list_secret_environments()
 RETURNS TABLE(environment text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.environment
        FROM azure.secrets AS s
        WHERE s.environment <> ''
        ORDER BY s.environment;
END
$function$;
COMMENT ON FUNCTION azure.list_secret_environments() IS 'The distinct environments of the secrets, sorted, without null and empty ones';

CREATE FUNCTION azure.list_secret_locations()
 RETURNS TABLE(location text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.location
        FROM azure.secrets AS s
        WHERE s.location <> ''
        ORDER BY s.location;
END
$function$;
COMMENT ON FUNCTION azure.list_secret_locations() IS 'The distinct locations of the secrets, sorted, without null and empty ones';

CREATE FUNCTION azure.tag_value(metadata jsonb, tag text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog'
AS $function$
    SELECT pg_catalog.btrim(entry.pair ->> 'value')
    FROM pg_catalog.jsonb_path_query(metadata, 'strict $.tags.keyvalue()', silent => true)
        WITH ORDINALITY AS entry (pair, ordinal)
    -- Collation "C", because lower() of some locales turns I into a letter that is not i.
    WHERE pg_catalog.lower((entry.pair ->> 'key') COLLATE pg_catalog."C")
        = pg_catalog.lower(tag COLLATE pg_catalog."C")
      AND pg_catalog.jsonb_typeof(entry.pair -> 'value') = 'string'
      AND pg_catalog.char_length(pg_catalog.btrim(entry.pair ->> 'value')) BETWEEN 1 AND 256
    ORDER BY entry.ordinal
    LIMIT 1
$function$;
COMMENT ON FUNCTION azure.tag_value(pg_catalog.jsonb,pg_catalog.text) IS 'The tag of that name, in any case of letters, trimmed; null when there is none, when it is blank, no string or longer than 256 characters (what an index on two of them can hold), or when the metadata has another shape';

CREATE TABLE azure.app_config (
    key text NOT NULL,
    metadata jsonb,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    updated_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    environment text,
    location text,
    CONSTRAINT pk_azure_app_config PRIMARY KEY (key),
    CONSTRAINT chk_azure_app_config_environment_not_empty CHECK (((environment IS NOT NULL) AND (btrim(environment) <> ''::text)))
);
CREATE INDEX idx_azure_app_config_environment ON azure.app_config USING btree (environment);
CREATE INDEX idx_azure_app_config_environment_location ON azure.app_config USING btree (environment, location);
CREATE INDEX idx_azure_app_config_location ON azure.app_config USING btree (location);
COMMENT ON TABLE azure.app_config IS 'App configuration of the Azure mock server, one row a setting';
COMMENT ON COLUMN azure.app_config.metadata IS 'The setting without its values: label, content type and the object under "tags"';
COMMENT ON COLUMN azure.app_config.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN azure.app_config.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
COMMENT ON COLUMN azure.app_config.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN azure.app_config.location IS 'Region, for example westeurope; null when not known';

CREATE TABLE azure.app_config_versions (
    key text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    CONSTRAINT pk_azure_app_config_versions PRIMARY KEY (key, version_id)
);
COMMENT ON TABLE azure.app_config_versions IS 'Versions of the app configuration of the Azure mock server';
COMMENT ON COLUMN azure.app_config_versions.key IS 'The setting it belongs to';
COMMENT ON COLUMN azure.app_config_versions.version_id IS 'The etag of App Configuration; unique within a setting';
COMMENT ON COLUMN azure.app_config_versions.data IS 'The value as the API returns it';
COMMENT ON COLUMN azure.app_config_versions.enabled IS 'False makes a read fail while the version stays listed';
COMMENT ON COLUMN azure.app_config_versions.created_at IS 'Seconds since 1970-01-01 UTC';

CREATE TABLE azure.deleted_secrets (
    name text NOT NULL,
    data jsonb NOT NULL,
    deleted_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    scheduled_purge_at bigint DEFAULT ((floor(EXTRACT(epoch FROM now())))::bigint + 7776000) NOT NULL,
    CONSTRAINT pk_azure_deleted_secrets PRIMARY KEY (name),
    CONSTRAINT chk_azure_deleted_secrets_purge_after_deletion CHECK ((scheduled_purge_at >= deleted_at))
);
COMMENT ON TABLE azure.deleted_secrets IS 'Soft-deleted secrets of the Azure mock server, until they are recovered or purged';
COMMENT ON COLUMN azure.deleted_secrets.data IS 'The secret with its metadata and versions, enough to recover it';
COMMENT ON COLUMN azure.deleted_secrets.deleted_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN azure.deleted_secrets.scheduled_purge_at IS 'Seconds since 1970-01-01 UTC; 90 days after the deletion, as Key Vault has it, unless the writer says otherwise';

CREATE TABLE azure.secrets (
    name text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    metadata jsonb,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    updated_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    environment text,
    location text,
    CONSTRAINT pk_azure_secrets PRIMARY KEY (name),
    CONSTRAINT chk_azure_secrets_environment_not_empty CHECK (((environment IS NOT NULL) AND (btrim(environment) <> ''::text)))
);
CREATE INDEX idx_azure_secrets_environment ON azure.secrets USING btree (environment);
CREATE INDEX idx_azure_secrets_environment_location ON azure.secrets USING btree (environment, location);
CREATE INDEX idx_azure_secrets_location ON azure.secrets USING btree (location);
COMMENT ON TABLE azure.secrets IS 'Secrets of the Azure mock server, one row a secret';
COMMENT ON COLUMN azure.secrets.name IS 'Name within the vault, not the id';
COMMENT ON COLUMN azure.secrets.disabled IS 'True hides every version, whatever its own state';
COMMENT ON COLUMN azure.secrets.metadata IS 'The bundle without its values; tags are the object under "tags"';
COMMENT ON COLUMN azure.secrets.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN azure.secrets.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
COMMENT ON COLUMN azure.secrets.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN azure.secrets.location IS 'Region, for example westeurope; null when not known';

CREATE TABLE azure.versions (
    name text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    CONSTRAINT pk_azure_versions PRIMARY KEY (name, version_id)
);
COMMENT ON TABLE azure.versions IS 'Versions of the secrets of the Azure mock server';
COMMENT ON COLUMN azure.versions.name IS 'The secret it belongs to';
COMMENT ON COLUMN azure.versions.version_id IS '32 hexadecimal digits in Key Vault; unique within a secret';
COMMENT ON COLUMN azure.versions.data IS 'The value and its attributes as the API returns them';
COMMENT ON COLUMN azure.versions.enabled IS 'False makes a read fail while the version stays listed';
COMMENT ON COLUMN azure.versions.created_at IS 'Seconds since 1970-01-01 UTC';

--
-- Schema gcp
--

CREATE SCHEMA gcp;

CREATE FUNCTION gcp.label_value(metadata jsonb, label text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog'
AS $function$
    SELECT pg_catalog.btrim(entry.pair ->> 'value')
    FROM pg_catalog.jsonb_path_query(metadata, 'strict $.labels.keyvalue()', silent => true)
        WITH ORDINALITY AS entry (pair, ordinal)
    -- Collation "C", because lower() of some locales turns I into a letter that is not i.
    WHERE pg_catalog.lower((entry.pair ->> 'key') COLLATE pg_catalog."C")
        = pg_catalog.lower(label COLLATE pg_catalog."C")
      AND pg_catalog.jsonb_typeof(entry.pair -> 'value') = 'string'
      AND pg_catalog.char_length(pg_catalog.btrim(entry.pair ->> 'value')) BETWEEN 1 AND 256
    ORDER BY entry.ordinal
    LIMIT 1
$function$;
COMMENT ON FUNCTION gcp.label_value(pg_catalog.jsonb,pg_catalog.text) IS 'The label of that name, in any case of letters, trimmed; null when there is none, when it is blank, no string or longer than 256 characters (what an index on two of them can hold), or when the metadata has another shape';

CREATE FUNCTION gcp.list_parameter_environments()
 RETURNS TABLE(environment text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT p.environment
        FROM gcp.parameters AS p
        WHERE p.environment <> ''
        ORDER BY p.environment;
END
$function$;
COMMENT ON FUNCTION gcp.list_parameter_environments() IS 'The distinct environments of the parameters, sorted, without null and empty ones';

CREATE FUNCTION gcp.list_parameter_locations()
 RETURNS TABLE(location text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT p.location
        FROM gcp.parameters AS p
        WHERE p.location <> ''
        ORDER BY p.location;
END
$function$;
COMMENT ON FUNCTION gcp.list_parameter_locations() IS 'The distinct locations of the parameters, sorted, without null and empty ones';

CREATE FUNCTION gcp.list_secret_environments()
 RETURNS TABLE(environment text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.environment
        FROM gcp.secrets AS s
        WHERE s.environment <> ''
        ORDER BY s.environment;
END
$function$;
COMMENT ON FUNCTION gcp.list_secret_environments() IS 'The distinct environments of the secrets, sorted, without null and empty ones';

CREATE FUNCTION gcp.list_secret_locations()
 RETURNS TABLE(location text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
    RETURN QUERY
        SELECT DISTINCT s.location
        FROM gcp.secrets AS s
        WHERE s.location <> ''
        ORDER BY s.location;
END
$function$;
COMMENT ON FUNCTION gcp.list_secret_locations() IS 'The distinct locations of the secrets, sorted, without null and empty ones';

CREATE TABLE gcp.parameter_versions (
    key text NOT NULL,
    version_id text NOT NULL,
    data jsonb NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    CONSTRAINT pk_gcp_parameter_versions PRIMARY KEY (key, version_id)
);
COMMENT ON TABLE gcp.parameter_versions IS 'Versions of the parameters of the GCP mock server';
COMMENT ON COLUMN gcp.parameter_versions.key IS 'The parameter it belongs to';
COMMENT ON COLUMN gcp.parameter_versions.version_id IS 'Chosen by the client, unique within a parameter';
COMMENT ON COLUMN gcp.parameter_versions.data IS 'The payload as the API returns it';
COMMENT ON COLUMN gcp.parameter_versions.enabled IS 'False makes an access fail while the version stays listed';
COMMENT ON COLUMN gcp.parameter_versions.created_at IS 'Seconds since 1970-01-01 UTC';

CREATE TABLE gcp.parameters (
    key text NOT NULL,
    metadata jsonb,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    updated_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    environment text,
    location text,
    CONSTRAINT pk_gcp_parameters PRIMARY KEY (key),
    CONSTRAINT chk_gcp_parameters_environment_not_empty CHECK (((environment IS NOT NULL) AND (btrim(environment) <> ''::text)))
);
CREATE INDEX idx_gcp_parameters_environment ON gcp.parameters USING btree (environment);
CREATE INDEX idx_gcp_parameters_environment_location ON gcp.parameters USING btree (environment, location);
CREATE INDEX idx_gcp_parameters_location ON gcp.parameters USING btree (location);
COMMENT ON TABLE gcp.parameters IS 'Parameters of the GCP mock server, one row a parameter';
COMMENT ON COLUMN gcp.parameters.key IS 'Parameter id, without project and location';
COMMENT ON COLUMN gcp.parameters.metadata IS 'The resource without its values; labels are the object under "labels"';
COMMENT ON COLUMN gcp.parameters.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN gcp.parameters.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
COMMENT ON COLUMN gcp.parameters.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN gcp.parameters.location IS 'Region, for example europe-west1; null when global or not known';

CREATE TABLE gcp.secrets (
    key text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    metadata jsonb,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    updated_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    environment text,
    location text,
    CONSTRAINT pk_gcp_secrets PRIMARY KEY (key),
    CONSTRAINT chk_gcp_secrets_environment_not_empty CHECK (((environment IS NOT NULL) AND (btrim(environment) <> ''::text)))
);
CREATE INDEX idx_gcp_secrets_environment ON gcp.secrets USING btree (environment);
CREATE INDEX idx_gcp_secrets_environment_location ON gcp.secrets USING btree (environment, location);
CREATE INDEX idx_gcp_secrets_location ON gcp.secrets USING btree (location);
COMMENT ON TABLE gcp.secrets IS 'Secrets of the GCP mock server, one row a secret';
COMMENT ON COLUMN gcp.secrets.key IS 'Secret id, without the project';
COMMENT ON COLUMN gcp.secrets.disabled IS 'True hides every version, whatever its own state';
COMMENT ON COLUMN gcp.secrets.metadata IS 'The resource without its values; labels are the object under "labels"';
COMMENT ON COLUMN gcp.secrets.created_at IS 'Seconds since 1970-01-01 UTC';
COMMENT ON COLUMN gcp.secrets.updated_at IS 'Seconds since 1970-01-01 UTC; set by the writer';
COMMENT ON COLUMN gcp.secrets.environment IS 'Deployment environment, for example dev or prod';
COMMENT ON COLUMN gcp.secrets.location IS 'Region, for example europe-west1; null when global or not known';

CREATE TABLE gcp.versions (
    key text NOT NULL,
    version_id text NOT NULL,
    data jsonb,
    enabled boolean DEFAULT true NOT NULL,
    created_at bigint DEFAULT (floor(EXTRACT(epoch FROM now())))::bigint NOT NULL,
    CONSTRAINT pk_gcp_versions PRIMARY KEY (key, version_id)
);
COMMENT ON TABLE gcp.versions IS 'Versions of the secrets of the GCP mock server';
COMMENT ON COLUMN gcp.versions.key IS 'The secret it belongs to';
COMMENT ON COLUMN gcp.versions.version_id IS 'Counts up from 1 within a secret; text, as it is in resource names';
COMMENT ON COLUMN gcp.versions.data IS 'The payload as the API returns it; null once the version is destroyed';
COMMENT ON COLUMN gcp.versions.enabled IS 'False makes an access fail while the version stays listed';
COMMENT ON COLUMN gcp.versions.created_at IS 'Seconds since 1970-01-01 UTC';

--
-- Foreign keys
--

ALTER TABLE ONLY aws.parameter_versions ADD CONSTRAINT fk_aws_parameter_versions_parameters FOREIGN KEY (name) REFERENCES aws.parameters(name) ON DELETE CASCADE;

ALTER TABLE ONLY aws.staging_labels ADD CONSTRAINT fk_aws_staging_labels_versions FOREIGN KEY (name, version_id) REFERENCES aws.versions(name, version_id) ON DELETE CASCADE;

ALTER TABLE ONLY aws.versions ADD CONSTRAINT fk_aws_versions_secrets FOREIGN KEY (name) REFERENCES aws.secrets(name) ON DELETE CASCADE;

ALTER TABLE ONLY azure.app_config_versions ADD CONSTRAINT fk_azure_app_config_versions_app_config FOREIGN KEY (key) REFERENCES azure.app_config(key) ON DELETE CASCADE;

ALTER TABLE ONLY azure.versions ADD CONSTRAINT fk_azure_versions_secrets FOREIGN KEY (name) REFERENCES azure.secrets(name) ON DELETE CASCADE;

ALTER TABLE ONLY gcp.parameter_versions ADD CONSTRAINT fk_gcp_parameter_versions_parameters FOREIGN KEY (key) REFERENCES gcp.parameters(key) ON DELETE CASCADE;

ALTER TABLE ONLY gcp.versions ADD CONSTRAINT fk_gcp_versions_secrets FOREIGN KEY (key) REFERENCES gcp.secrets(key) ON DELETE CASCADE;
