-- Whether what came of the work of the last holder was not recorded; the holder is '' where it was.
ALTER TABLE "leases" ADD COLUMN "doubted" BOOLEAN NOT NULL DEFAULT false;
