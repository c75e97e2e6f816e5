-- One row an installation, rewritten at every write to GitHub.
CREATE TABLE write_budgets (
    name       TEXT COLLATE "C" NOT NULL,
    taken      TIMESTAMPTZ(6)[] NOT NULL DEFAULT '{}',
    held_until TIMESTAMPTZ(6),
    wait_ms    INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT write_budgets_pkey PRIMARY KEY (name)
) WITH (fillfactor = 50);
