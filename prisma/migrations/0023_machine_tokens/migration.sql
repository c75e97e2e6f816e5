-- What other systems call with. A token's text is nowhere: only what it can be recognised by.
CREATE TABLE "machine_tokens" (
    "id" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "project" TEXT NOT NULL,
    "repositories" JSONB NOT NULL,
    "commands" TEXT[] NOT NULL,
    "trusted" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "machine_tokens_pkey" PRIMARY KEY ("id")
);

-- The calls of each project by their keys: one that is repeated makes nothing new.
CREATE TABLE "calls" (
    "project" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "task" TEXT,
    "called_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "calls_pkey" PRIMARY KEY ("project", "key")
);
CREATE INDEX "calls_task" ON "calls" ("task");
