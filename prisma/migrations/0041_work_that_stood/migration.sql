-- Why the work of a run of an agent that ended well did not stand; NULL: it stands. Of runs of before this
-- is found in the events of their tasks, whose projections are written anew.
ALTER TABLE "run_records" ADD COLUMN "rejected" TEXT;
UPDATE "streams" SET "stale" = true WHERE "kind" = 'task' AND "id" IN (SELECT "task" FROM "run_records");
