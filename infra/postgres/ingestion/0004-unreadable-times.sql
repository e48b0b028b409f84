-- What a source wants done with events whose time can't be read: keep (with the time of receipt, marked) or reject.
ALTER TABLE source ADD COLUMN unreadable_times text NOT NULL DEFAULT 'keep';
