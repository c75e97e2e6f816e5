-- A schedule that could not be run is not tried again before then, so that it keeps no other one waiting.
ALTER TABLE "schedules" ADD COLUMN "not_before" TIMESTAMPTZ(3);
