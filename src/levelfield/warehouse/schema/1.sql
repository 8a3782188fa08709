-- The catalogue of the first version: one row commits a submission, one transaction switches the
-- facts. A home that has reached this version is never given it again, so it is never changed.
CREATE TABLE submission (
  id           TEXT PRIMARY KEY,
  provider     TEXT NOT NULL,
  period       TEXT NOT NULL,
  version      TEXT NOT NULL,
  window       TEXT NOT NULL CHECK (window IN ('primary', 'refresh')),
  received_at  TEXT NOT NULL,
  committed_at TEXT NOT NULL
);
CREATE INDEX submission_period ON submission (provider, period);

CREATE TABLE submission_table (
  submission_id TEXT NOT NULL REFERENCES submission (id),
  name          TEXT NOT NULL,
  read          INTEGER NOT NULL,
  accepted      INTEGER NOT NULL,
  rejected      INTEGER NOT NULL,
  duplicate     INTEGER NOT NULL,
  warned        INTEGER NOT NULL,
  PRIMARY KEY (submission_id, name),
  CHECK (read = accepted + rejected + duplicate)
);

-- Which files are the live facts. A monthly fact has one folder per submission, a derived one per
-- provider; `made_from` is the digest of everything that the folder was made from.
CREATE TABLE fact_folder (
  fact          TEXT NOT NULL,
  provider      TEXT NOT NULL,
  period        TEXT NOT NULL,
  made_from     TEXT NOT NULL,
  folder        TEXT NOT NULL,
  PRIMARY KEY (fact, provider, period)
);
