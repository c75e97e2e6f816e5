-- Names and keys compare by code point (COLLATE "C"), so that order is the same on every server.

CREATE TABLE events (
    stream_kind TEXT COLLATE "C" NOT NULL,
    stream_id   TEXT COLLATE "C" NOT NULL,
    seq         INTEGER NOT NULL CHECK (seq > 0),
    type        TEXT NOT NULL,
    v           INTEGER NOT NULL,
    at          TEXT NOT NULL,
    body        TEXT NOT NULL,
    prev        TEXT NOT NULL,
    hash        TEXT NOT NULL,
    recorded_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT events_pkey PRIMARY KEY (stream_kind, stream_id, seq)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Also where session_replication_role would switch triggers off.
ALTER TABLE events ENABLE ALWAYS TRIGGER events_append_only;

-- The tables whose rows are rewritten often keep room in each page for the next version of a row.
CREATE TABLE streams (
    kind    TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    hash    TEXT NOT NULL,
    folded  TEXT NOT NULL,
    CONSTRAINT streams_pkey PRIMARY KEY (kind, id)
) WITH (fillfactor = 70);

CREATE TABLE effects (
    stream_kind TEXT COLLATE "C" NOT NULL,
    stream_id   TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    body        TEXT NOT NULL,
    not_before  TIMESTAMPTZ(3),
    opened_at   TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT effects_pkey PRIMARY KEY (stream_kind, stream_id, key)
) WITH (fillfactor = 70);
CREATE INDEX effects_opened_at_idx ON effects (opened_at);

CREATE TABLE tasks (
    id            TEXT COLLATE "C" NOT NULL,
    repository_id BIGINT NOT NULL,
    repository    TEXT NOT NULL,
    issue         INTEGER,
    pull          INTEGER,
    branch        TEXT COLLATE "C" NOT NULL,
    command       TEXT NOT NULL,
    title         TEXT NOT NULL,
    status        TEXT NOT NULL,
    requester     TEXT NOT NULL,
    open          BOOLEAN NOT NULL,
    created_at    TIMESTAMPTZ(3) NOT NULL,
    updated_at    TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT tasks_pkey PRIMARY KEY (id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX tasks_one_open_per_issue ON tasks (repository_id, issue) WHERE open;
CREATE INDEX tasks_repository_id_issue_idx ON tasks (repository_id, issue);
CREATE INDEX tasks_repository_id_pull_idx ON tasks (repository_id, pull);
CREATE INDEX tasks_repository_id_branch_idx ON tasks (repository_id, branch);
CREATE INDEX tasks_created_at_idx ON tasks (created_at);
CREATE INDEX tasks_open ON tasks (created_at) WHERE open;

CREATE TABLE deliveries (
    guid        TEXT COLLATE "C" NOT NULL,
    event       TEXT NOT NULL,
    body        BYTEA,
    body_digest BYTEA NOT NULL,
    received_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    state       TEXT NOT NULL DEFAULT 'stored',
    note        TEXT NOT NULL DEFAULT '',
    replay_of   TEXT,
    CONSTRAINT deliveries_pkey PRIMARY KEY (guid)
);
-- Compressing a body costs more than its room on disk.
ALTER TABLE deliveries ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX deliveries_first_of_body ON deliveries (body_digest) WHERE replay_of IS NULL;
CREATE INDEX deliveries_unsettled ON deliveries (received_at) WHERE state = 'stored';

CREATE TABLE leases (
    name   TEXT COLLATE "C" NOT NULL,
    holder TEXT NOT NULL,
    epoch  BIGINT NOT NULL,
    until  TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT leases_pkey PRIMARY KEY (name)
) WITH (fillfactor = 70);
CREATE INDEX leases_until_idx ON leases (until);
