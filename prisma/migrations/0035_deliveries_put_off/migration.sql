-- A delivery that could not be followed is not tried again before then, so that it keeps no other one waiting;
-- and how often it failed, limits of GitHub left out.
ALTER TABLE "deliveries" ADD COLUMN "not_before" TIMESTAMPTZ(3);
ALTER TABLE "deliveries" ADD COLUMN "failures" INTEGER NOT NULL DEFAULT 0;
