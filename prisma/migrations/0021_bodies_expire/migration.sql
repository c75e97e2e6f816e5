-- Bodies of deliveries are removed once they are old: those that are still there are found by their age.
CREATE INDEX "deliveries_with_body" ON "deliveries" ("received_at") WHERE "body" IS NOT NULL;
