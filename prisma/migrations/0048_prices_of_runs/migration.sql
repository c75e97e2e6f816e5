-- What each run of an agent cost, as its task's events tell it. The rows of before are made anew from their
-- events (PROJECTIONS_VERSION); until then what they cost is not known.
ALTER TABLE "run_records" ADD COLUMN "nano_usd" BIGINT;
