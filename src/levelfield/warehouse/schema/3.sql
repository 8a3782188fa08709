-- Returns: files of counts that providers send beside their submissions.
CREATE TABLE return_file (
  number         INTEGER PRIMARY KEY AUTOINCREMENT,
  id             TEXT NOT NULL UNIQUE,
  kind           TEXT NOT NULL,
  version        INTEGER NOT NULL,
  digest         TEXT NOT NULL,
  receipt_digest TEXT NOT NULL,
  committed_at   TEXT NOT NULL
);

-- Of which provider and month a return holds rows. Of several returns of one kind for the same
-- provider and month the one with the highest number counts.
CREATE TABLE return_part (
  return_id TEXT NOT NULL REFERENCES return_file (id),
  provider  TEXT NOT NULL,
  period    TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  PRIMARY KEY (return_id, provider, period)
);
