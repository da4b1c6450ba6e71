DO $$ BEGIN CREATE TYPE color AS ENUM ('red'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
