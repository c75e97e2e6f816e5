-- What policy denied to a run of an agent, and how often people stepped in because of it. Of runs of before
-- this is found in the events of their tasks, whose projections are written anew (0045).
ALTER TABLE "run_records" ADD COLUMN "denied" INTEGER, ADD COLUMN "interventions" INTEGER;
