-- Makes the schema of the GCP mock server, so that its tables never meet those of the other providers.

CREATE SCHEMA IF NOT EXISTS gcp;
