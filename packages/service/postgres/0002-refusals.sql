-- Besides changes, the table has requests that were refused: those of one sort within a minute are one row.
ALTER TABLE change
  ADD COLUMN address text,                                        -- of whoever asked; null: not known
  ADD COLUMN reason  text,                                        -- code of the answer to a refused request; null: a change
  ADD COLUMN count   integer NOT NULL DEFAULT 1 CHECK (count > 0);
