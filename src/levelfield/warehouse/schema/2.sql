-- Retention, and receipts whose change is noticed.
ALTER TABLE submission ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE submission ADD COLUMN receipt_digest TEXT NOT NULL DEFAULT '';
ALTER TABLE submission ADD COLUMN pseudonym_key TEXT NOT NULL DEFAULT '';

-- What was decided about a submission after it was committed, when, why and by which rule. The last
-- event says how it stands; none is ever changed or removed, and none holds a value of a record.
CREATE TABLE event (
  number        INTEGER PRIMARY KEY AUTOINCREMENT,
  submission_id TEXT NOT NULL REFERENCES submission (id),
  action        TEXT NOT NULL CHECK (
    action IN ('retracted', 'restored', 'destruction begun', 'destroyed', 'loaded again')
  ),
  at            TEXT NOT NULL,
  reason        TEXT NOT NULL,
  rule          TEXT NOT NULL
);
CREATE INDEX event_submission ON event (submission_id, number);
