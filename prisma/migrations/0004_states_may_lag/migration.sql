-- Bytes of events that were appended since `folded` was written: a long state is not written with each.
ALTER TABLE streams ADD COLUMN behind INTEGER NOT NULL DEFAULT 0;
