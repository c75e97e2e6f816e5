-- What was spent is asked for by time and by what it was spent on: which prices each amount rests on is
-- kept beside it, and merges are found by when they were recorded.
ALTER TABLE "ledger_entries" ADD COLUMN "prices" TEXT;
ALTER TABLE "ledger_reservations" ADD COLUMN "prices" TEXT;
CREATE INDEX "ledger_entries_at" ON "ledger_entries" USING BRIN ("at");
CREATE INDEX "events_merged" ON "events" ("recorded_at") WHERE type = 'pull.merged'::text;
-- How a delivery came to us, and how often people had to be asked in a run: what diagnostics and the
-- records of agents show. Of runs of before it is not known until the next rebuild.
ALTER TABLE "deliveries" ADD COLUMN "via" TEXT NOT NULL DEFAULT 'webhook';
CREATE INDEX "deliveries_received" ON "deliveries" USING BRIN ("received_at");
ALTER TABLE "run_records" ADD COLUMN "asked" INTEGER;
