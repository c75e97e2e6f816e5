-- What runs say while they run. It is not written ahead: after a crash of the database it is empty, and
-- the journals that are kept as artifacts are the record. Rows are few and go with their run.
CREATE UNLOGGED TABLE run_output (
    task TEXT COLLATE "C" NOT NULL,
    run TEXT COLLATE "C" NOT NULL,
    part INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line TEXT NOT NULL,
    added_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT run_output_pkey PRIMARY KEY (task, run, part, seq)
);

CREATE UNLOGGED TABLE run_progress (
    task TEXT COLLATE "C" NOT NULL,
    run TEXT COLLATE "C" NOT NULL,
    progress TEXT NOT NULL,
    told_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT run_progress_pkey PRIMARY KEY (task, run)
);
