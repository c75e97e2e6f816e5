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

-- The same by each policy that determined it, because several do.
CREATE TABLE "decision_policies" (
    "task" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "policy" TEXT NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "agent" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decision_policies_pkey" PRIMARY KEY ("task", "seq", "policy")
);
CREATE INDEX "decision_policies_at" ON "decision_policies" ("repository_id", "policy", "at", "task", "seq");

-- The rows of those that were taken before are made from the tasks' events.
UPDATE "streams" SET "stale" = true WHERE "kind" = 'task';
