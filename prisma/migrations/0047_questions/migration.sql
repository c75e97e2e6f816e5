-- What open tasks ask people, one row each: a projection of their events, which the inbox reads.
-- The rows of those that ask something now are made from their events (PROJECTIONS_VERSION).
CREATE TABLE "questions" (
    "task" TEXT NOT NULL,
    "repository_id" BIGINT NOT NULL,
    "question" TEXT NOT NULL,
    -- The step that failed, and the role of the agent that should do it.
    "step" TEXT NOT NULL,
    "role" TEXT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "questions_pkey" PRIMARY KEY ("task")
);
CREATE INDEX "questions_waiting" ON "questions" ("repository_id", "asked_at", "task");
