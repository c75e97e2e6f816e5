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

-- Which version of the projections a stream's rows are of (PROJECTIONS_VERSION), and the last event that was
-- appended by a process that keeps this column. Rows of an earlier version are written anew from the events, by
-- whichever process comes to it; a constant default makes all of them such, and writes to none. "stale" said it
-- before and is read by versions of before alone, for which nothing is left to do.
ALTER TABLE "streams" DROP COLUMN "stale",
  ADD COLUMN "stale" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "projections" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "projected" INTEGER NOT NULL DEFAULT 0;
CREATE INDEX "streams_projections" ON "streams" ("projections", "kind", "id") WHERE (kind = ANY (ARRAY['task'::text, 'backlog'::text]));

-- A version of before appends beside the new one until it is stopped, and leaves both columns as they are:
-- what it appended is missing in the rows, which are then to be written anew.
CREATE FUNCTION "projections_lack_events"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "streams" SET "projections" = 0 WHERE "kind" = NEW."kind" AND "id" = NEW."id";
  RETURN NULL;
END $$;
CREATE TRIGGER "streams_grown_beside" AFTER UPDATE ON "streams" FOR EACH ROW
WHEN (NEW."projected" < NEW."version" AND NEW."projections" > 0)
EXECUTE FUNCTION "projections_lack_events"();
