DO $$ BEGIN
  CREATE TEMPORARY TABLE fresh (id bigint);
  CREATE INDEX fresh_by_id ON fresh (id);
END $$;
