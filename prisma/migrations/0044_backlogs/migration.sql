-- The backlogs, one row each: a projection of their events, which lists and the inbox read.
-- The rows of those that there are now are made from their events (0045).
CREATE TABLE "backlogs" (
    "id" TEXT NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "repository" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "requester" TEXT NOT NULL,
    "tracking" INTEGER NOT NULL,
    "items" INTEGER NOT NULL,
    "done" INTEGER NOT NULL,
    "stuck_on" TEXT[] NOT NULL,
    -- Why it waits for people (empty: it does not), and since when.
    "reason" TEXT NOT NULL,
    "waits_since" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "backlogs_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "backlogs_list" ON "backlogs" ("repository_id", "created_at", "id");
CREATE INDEX "backlogs_waiting" ON "backlogs" ("waits_since", "id") WHERE (waits_since IS NOT NULL);
