-- Since when each top-level trait has had its value, in milliseconds, removed ones too: for conditions with `for`. Rows from before
-- have none.
ALTER TABLE hilo.profile_rows ADD COLUMN IF NOT EXISTS trait_since Map(LowCardinality(String), Int64) CODEC(ZSTD(1));
