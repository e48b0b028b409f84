-- What people call a destination. Null: it was made before there were names, or has none, and is called by its key.
ALTER TABLE destination ADD COLUMN name text;
