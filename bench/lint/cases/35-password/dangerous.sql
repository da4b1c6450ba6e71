ALTER ROLE app PASSWORD 'example';
