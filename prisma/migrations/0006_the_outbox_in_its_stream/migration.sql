-- A stream's open effects stand in its own row, which every append rewrites anyway. `open_since`
-- changes only as the first is opened and the last is settled, so that the next version of a row
-- stays off the indexes.
ALTER TABLE streams ADD COLUMN open TEXT NOT NULL DEFAULT '[]';
ALTER TABLE streams ADD COLUMN open_since TIMESTAMPTZ(3);
ALTER TABLE streams ADD COLUMN due_at TIMESTAMPTZ(3);
CREATE INDEX streams_open ON streams (open_since) WHERE open_since IS NOT NULL;

UPDATE streams s
SET open = e.open, open_since = e.open_since, due_at = e.due_at
FROM (
    SELECT stream_kind, stream_id,
        '[' || string_agg(body, ',' ORDER BY opened_at, key) || ']' AS open,
        min(opened_at) AS open_since,
        min(coalesce(not_before, '-infinity')) AS due_at
    FROM effects GROUP BY stream_kind, stream_id
) AS e
WHERE s.kind = e.stream_kind AND s.id = e.stream_id;

DROP TABLE effects;
