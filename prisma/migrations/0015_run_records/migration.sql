-- What became of each run of an agent: a projection of the tasks' events. Agents are chosen by it.
CREATE TABLE "run_records" (
    "task" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "adapter" TEXT NOT NULL,
    "model" TEXT,
    "provider" TEXT,
    "repository_id" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "class" TEXT,
    "tokens" BIGINT NOT NULL,
    "ms" BIGINT NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "run_records_pkey" PRIMARY KEY ("task", "run")
);
CREATE INDEX "run_records_role" ON "run_records" ("role", "ended_at" DESC);
CREATE INDEX "run_records_ended" ON "run_records" ("ended_at" DESC);
