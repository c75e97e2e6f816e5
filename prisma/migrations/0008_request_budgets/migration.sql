-- What GitHub last said is left of an hour's requests: one row for each installation and resource.
CREATE TABLE request_budgets (
    name       TEXT COLLATE "C" NOT NULL,
    most       INTEGER,
    remaining  INTEGER,
    reset_at   TIMESTAMPTZ(3),
    held_until TIMESTAMPTZ(3),
    CONSTRAINT request_budgets_pkey PRIMARY KEY (name)
) WITH (fillfactor = 50);
