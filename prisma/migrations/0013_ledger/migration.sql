-- What was reserved and spent, entry by entry; nothing of it is ever changed.
CREATE TABLE ledger_entries (
    id          BIGSERIAL,
    kind        TEXT COLLATE "C" NOT NULL,
    reservation TEXT COLLATE "C" NOT NULL,
    task        TEXT COLLATE "C" NOT NULL,
    run         TEXT COLLATE "C" NOT NULL,
    scopes      TEXT[] COLLATE "C" NOT NULL,
    provider    TEXT,
    model       TEXT,
    calls       INTEGER NOT NULL,
    input       BIGINT NOT NULL,
    cached      BIGINT NOT NULL,
    cache_write BIGINT NOT NULL,
    output      BIGINT NOT NULL,
    reasoning   BIGINT NOT NULL,
    nano_usd    BIGINT,
    ms          BIGINT NOT NULL,
    at          TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT ledger_entries_pkey PRIMARY KEY (id)
);
CREATE INDEX ledger_entries_of_run ON ledger_entries (task, run, id);
CREATE INDEX ledger_entries_lost ON ledger_entries (reservation) WHERE kind = 'lost';

CREATE TRIGGER ledger_entries_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE ledger_entries ENABLE ALWAYS TRIGGER ledger_entries_append_only;

-- The sums of each scope, written with the entries that they are of. A reservation locks its scopes here.
CREATE TABLE ledger_sums (
    key               TEXT COLLATE "C" NOT NULL,
    reserved_calls    BIGINT NOT NULL DEFAULT 0,
    reserved_tokens   BIGINT NOT NULL DEFAULT 0,
    reserved_nano_usd BIGINT NOT NULL DEFAULT 0,
    reserved_ms       BIGINT NOT NULL DEFAULT 0,
    spent_calls       BIGINT NOT NULL DEFAULT 0,
    spent_tokens      BIGINT NOT NULL DEFAULT 0,
    spent_nano_usd    BIGINT NOT NULL DEFAULT 0,
    spent_ms          BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT ledger_sums_pkey PRIMARY KEY (key)
) WITH (fillfactor = 50);

-- Reservations that are not settled, with what they have come to so far.
CREATE TABLE ledger_reservations (
    id         TEXT COLLATE "C" NOT NULL,
    task       TEXT COLLATE "C" NOT NULL,
    run        TEXT COLLATE "C" NOT NULL,
    scopes     TEXT[] COLLATE "C" NOT NULL,
    provider   TEXT,
    model      TEXT,
    calls      INTEGER NOT NULL,
    tokens     BIGINT NOT NULL,
    nano_usd   BIGINT NOT NULL,
    ms         BIGINT NOT NULL,
    counted    TEXT NOT NULL,
    expires_at TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT ledger_reservations_pkey PRIMARY KEY (id)
) WITH (fillfactor = 50);
CREATE INDEX ledger_reservations_expires_at_idx ON ledger_reservations (expires_at);
CREATE INDEX ledger_reservations_task_run_idx ON ledger_reservations (task, run);

-- For each run its last entry of a spend, and the last one that the task's events tell.
CREATE TABLE ledger_runs (
    task       TEXT COLLATE "C" NOT NULL,
    run        TEXT COLLATE "C" NOT NULL,
    last_entry BIGINT NOT NULL,
    told_entry BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT ledger_runs_pkey PRIMARY KEY (task, run)
) WITH (fillfactor = 50);
CREATE INDEX ledger_runs_untold ON ledger_runs (task, run) WHERE told_entry < last_entry;
