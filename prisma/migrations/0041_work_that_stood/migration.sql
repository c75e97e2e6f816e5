-- Why the work of a run of an agent that ended well did not stand; NULL: it stands. Of runs of before this
-- is found in the events of their tasks, whose projections are written anew (0045).
ALTER TABLE "run_records" ADD COLUMN "rejected" TEXT;
