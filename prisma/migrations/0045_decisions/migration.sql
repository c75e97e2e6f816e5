-- What policy decided, one row for each decision in the log: a projection of the tasks' events, which lists
-- read. Each filter has an index in the order of time, so that the first page of many is found at once.
CREATE TABLE "decisions" (
    "task" TEXT NOT NULL,
    -- The number of its event.
    "seq" INTEGER NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    -- The first reason.
    "reason" TEXT NOT NULL,
    -- Those that determined it.
    "policies" TEXT[] NOT NULL,
    -- The role that the agent worked in; null: it is about no run of an agent.
    "agent" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decisions_pkey" PRIMARY KEY ("task", "seq")
);
CREATE INDEX "decisions_at" ON "decisions" ("repository_id", "at", "task", "seq");
CREATE INDEX "decisions_outcome" ON "decisions" ("repository_id", "outcome", "at", "task", "seq");
CREATE INDEX "decisions_action" ON "decisions" ("repository_id", "action", "at", "task", "seq");
CREATE INDEX "decisions_agent" ON "decisions" ("repository_id", "agent", "at", "task", "seq");
CREATE INDEX "decisions_policies" ON "decisions" USING GIN ("policies");

-- The rows of those that were taken before are made from the tasks' events.
UPDATE "streams" SET "stale" = true WHERE "kind" = 'task';
