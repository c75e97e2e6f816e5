-- Whose turn it is in a task, since when, and why: what lists show. Of open tasks it is right from the next
-- event on; `gatehouse replay --rebuild` writes it at once.
ALTER TABLE "tasks" ADD COLUMN "waits_on" TEXT COLLATE "C" NOT NULL DEFAULT 'gatehouse',
    ADD COLUMN "waits_since" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    ADD COLUMN "reason" TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE "tasks" SET "waits_since" = "updated_at", "waits_on" = CASE WHEN "open" THEN 'gatehouse' ELSE 'nobody' END;
ALTER TABLE "tasks" ALTER COLUMN "waits_on" DROP DEFAULT, ALTER COLUMN "waits_since" DROP DEFAULT,
    ALTER COLUMN "reason" DROP DEFAULT;
CREATE INDEX "tasks_repository_name" ON "tasks" (lower("repository"), "repository_id");
-- Tokens of before read nothing over the API but what they started.
ALTER TABLE "machine_tokens" ADD COLUMN "reads" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "machine_tokens" ALTER COLUMN "reads" DROP DEFAULT;
