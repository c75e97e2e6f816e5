-- The head of each task's pull request, by which a check of a commit finds the task. The rows of before are
-- made anew from their events (PROJECTIONS_VERSION); until then they have none.
ALTER TABLE "tasks" ADD COLUMN "head" TEXT;
CREATE INDEX "tasks_open_head" ON "tasks" ("repository_id", "head") WHERE open;
