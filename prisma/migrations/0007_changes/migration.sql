-- A few rows a repository, each counted up in place at every delivery that concerns it.
CREATE TABLE changes (
    scope TEXT COLLATE "C" NOT NULL,
    topic TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT changes_pkey PRIMARY KEY (scope, topic)
) WITH (fillfactor = 50);
