INSERT INTO rates (code, rate) VALUES ('EUR', 1) ON CONFLICT (code) DO NOTHING;
