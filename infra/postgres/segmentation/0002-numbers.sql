-- Changes of definitions have numbers, and each partition notes where it stood when it folded one.

ALTER TABLE segment ADD COLUMN number bigint NOT NULL DEFAULT 0;
UPDATE segment SET number = ranked.number
  FROM (SELECT key, row_number() OVER (ORDER BY saved_at_ms) AS number FROM segment) AS ranked
  WHERE segment.key = ranked.key;
COMMENT ON COLUMN segment.number IS 'Of its newest change among all changes of definitions, dense from 1 from this release on';

ALTER TABLE unpublished_definition ADD COLUMN number bigint NOT NULL DEFAULT 0;

-- Written in the commit in which the partition folds the change. What lies below the offsets was folded before it.
CREATE TABLE definition_position (
  partition integer NOT NULL,
  number    bigint  NOT NULL,
  offsets   text    NOT NULL, -- JSON: next offset by topic
  PRIMARY KEY (partition, number)
);
