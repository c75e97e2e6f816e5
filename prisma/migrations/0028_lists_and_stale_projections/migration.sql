-- Every list of tasks is read from an index, whatever it is filtered and sorted by. What changes while a task
-- is worked on is indexed of open tasks only where lists need it, because each such change costs every index.
CREATE INDEX "tasks_turn" ON "tasks" ("waits_on", "waits_since", "id") WHERE open;
CREATE INDEX "tasks_ended_updated" ON "tasks" ("updated_at", "id") WHERE (NOT open);
CREATE INDEX "tasks_ended_status" ON "tasks" ("status", "updated_at", "id") WHERE (NOT open);
CREATE INDEX "tasks_ended_waits" ON "tasks" ("waits_since", "id") WHERE (NOT open);
CREATE INDEX "tasks_of_repository" ON "tasks" (lower("repository"), "created_at", "id");
CREATE INDEX "tasks_latest" ON "tasks" ("repository_id", "created_at", "id");
CREATE INDEX "tasks_of_requester" ON "tasks" (lower("requester"), "created_at", "id");

-- All pairs and triples of characters of a text, in small letters: a text that contains another has all
-- parts of it. An own function, because the extension pg_trgm knows no letters but Latin ones where the
-- database's locale is C, and may not be installed. Of a title its beginning is looked through, which is as
-- long as GitHub lets one be: the time that this takes grows with the square of the length.
CREATE FUNCTION "text_parts"(given TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN (
  SELECT array_agg(DISTINCT substr(lower(given), place, size))
  FROM generate_series(1, length(lower(given)) - 1) AS place, generate_series(2, 3) AS size
);
CREATE INDEX "tasks_title_parts" ON "tasks" USING GIN ("text_parts"("left"("title", 256)));

-- Whether a stream's projections were made by an earlier version, which did not write all of them: they
-- are written anew from the events, by whichever process comes to it. Those that are there now all are.
ALTER TABLE "streams" ADD COLUMN "stale" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "streams" ALTER COLUMN "stale" SET DEFAULT false;
CREATE INDEX "streams_stale" ON "streams" ("id") WHERE (stale AND (kind = 'task'::text));
