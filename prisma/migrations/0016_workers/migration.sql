-- The processes that work, as they report themselves: a run that asks for labels is given to one that has them.
CREATE TABLE "workers" (
    "name" TEXT NOT NULL,
    "labels" TEXT[] NOT NULL,
    "agents" JSONB NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "workers_pkey" PRIMARY KEY ("name")
);
