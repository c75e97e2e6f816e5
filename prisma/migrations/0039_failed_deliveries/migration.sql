-- What failed is listed newest first; it is a few rows of many.
CREATE INDEX "deliveries_failed" ON "deliveries" ("received_at", "guid") WHERE "state" = 'failed';
