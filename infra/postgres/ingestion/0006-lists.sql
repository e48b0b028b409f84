-- Static lists. Their entries are events, which segmentation keeps with each profile.
CREATE TABLE list (
  key           text   NOT NULL PRIMARY KEY,
  name          text   NOT NULL,
  created_at_ms bigint NOT NULL
);
