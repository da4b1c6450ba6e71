INSERT INTO rates (code, rate) VALUES ('EUR', 1);
