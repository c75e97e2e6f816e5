-- What is looked for every few seconds has an index of its own: it is a few rows of many.
CREATE INDEX "deliveries_doubted" ON "deliveries" ("received_at") WHERE "replay_of" IS NOT NULL AND "state" = 'ignored' AND "via" = 'webhook';
