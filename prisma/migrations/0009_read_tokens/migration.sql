-- One row an installation, replaced once an hour.
CREATE TABLE read_tokens (
    installation BIGINT NOT NULL,
    sealed       BYTEA NOT NULL,
    expires_at   TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT read_tokens_pkey PRIMARY KEY (installation)
);
