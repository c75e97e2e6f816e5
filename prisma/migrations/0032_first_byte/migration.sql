-- Until the first byte of the answer to a call of a model; null: none came, or of an earlier version.
ALTER TABLE "ledger_entries" ADD COLUMN "first_byte_ms" INTEGER;
