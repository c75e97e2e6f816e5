-- Where a task comes from. Of what a task comes from, at most one is open in a repository: an issue or a
-- pull request was all that there was so far.
ALTER TABLE "tasks" ADD COLUMN "origin" TEXT COLLATE "C" NOT NULL DEFAULT 'issue', ADD COLUMN "origin_key" TEXT COLLATE "C";
UPDATE "tasks" SET "origin_key" = coalesce('#' || "issue", "id");
UPDATE "tasks" SET "origin" = 'pull' FROM "events"
WHERE "stream_kind" = 'task' AND "stream_id" = "tasks"."id" AND "seq" = 1
    AND "body"::json -> 'data' ->> 'worksOn' IS NOT NULL;
ALTER TABLE "tasks" ALTER COLUMN "origin" DROP DEFAULT, ALTER COLUMN "origin_key" SET NOT NULL;
DROP INDEX "tasks_one_open_per_issue";
CREATE UNIQUE INDEX "tasks_one_open_per_origin" ON "tasks" ("repository_id", "origin_key") WHERE "open";
CREATE INDEX "tasks_origin" ON "tasks" ("origin", "created_at");
