-- What people are or were asked to approve, one row for each request: a projection of the tasks' events.
CREATE TABLE "approvals" (
    "task" TEXT NOT NULL,
    "approval" TEXT NOT NULL,
    "repository_id" BIGINT NOT NULL,
    -- Whether it waits for people: it was asked for, nothing has become of it, and its task is open.
    "waiting" BOOLEAN NOT NULL,
    "status" TEXT NOT NULL,
    "gate" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "head" TEXT,
    "digest" TEXT,
    "reason" TEXT NOT NULL,
    "approvers" TEXT[] NOT NULL,
    "quorum" INTEGER NOT NULL,
    -- Logins of those whose approval counted.
    "by" TEXT[] NOT NULL,
    -- Ids of people: who put it aside, whose own work it is, and who has answered it.
    "aside" BIGINT[] NOT NULL,
    "own" BIGINT[] NOT NULL,
    "answered" BIGINT[] NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approvals_pkey" PRIMARY KEY ("task", "approval")
);
CREATE INDEX "approvals_list" ON "approvals" ("repository_id", "waiting", "changed_at", "task", "approval");
