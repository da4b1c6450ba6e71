CREATE TABLE IF NOT EXISTS bookings (during tstzrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
