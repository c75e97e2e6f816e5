-- The schedules of all repositories, as their default branches have them, and when each is next due.
CREATE TABLE "schedules" (
    "repository_id" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "repository" JSONB NOT NULL,
    "schedule" JSONB NOT NULL,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3),
    "note" TEXT,

    CONSTRAINT "schedules_pkey" PRIMARY KEY ("repository_id", "name")
);
CREATE INDEX "schedules_next" ON "schedules" ("next_at");
