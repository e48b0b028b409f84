-- The few keys that wait for a hand-over, or are held because of a bug: a process that takes a partition over looks for them.
CREATE INDEX state_unsettled ON state (partition, key)
  WHERE protocol LIKE '%"awaiting"%' OR protocol LIKE '%"held"%';
