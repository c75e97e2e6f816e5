-- People who have signed in to the console: what lets us ask GitHub in their name, sealed.
CREATE TABLE "signed_in_people" (
    "id" BIGINT NOT NULL,
    "login" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "turn" INTEGER NOT NULL DEFAULT 1,
    "kept_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "signed_in_people_pkey" PRIMARY KEY ("id")
);

-- Sessions of browsers. Of a session's secret only a digest is here.
CREATE TABLE "sessions" (
    "digest" BYTEA NOT NULL,
    "id" TEXT NOT NULL,
    "person" BIGINT,
    "operator" TEXT,
    "browser" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("digest")
);
CREATE UNIQUE INDEX "sessions_id_key" ON "sessions" ("id");
CREATE INDEX "sessions_person" ON "sessions" ("person");

-- Links that sign in whoever opens them first, for a minute.
CREATE TABLE "sign_in_links" (
    "digest" BYTEA NOT NULL,
    "operator" TEXT NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_links_pkey" PRIMARY KEY ("digest")
);
