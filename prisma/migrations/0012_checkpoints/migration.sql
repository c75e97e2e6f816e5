-- What was appended lately is found without reading all events. Events come in the order of their time,
-- so that a few bytes for each range of pages suffice.
CREATE INDEX events_recorded ON events USING brin (recorded_at);
