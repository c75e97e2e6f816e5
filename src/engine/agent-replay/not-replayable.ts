/** What was recorded is not enough to do the run once more, or this machine lacks what it takes. */
export class NotReplayable extends Error {
  override readonly name = 'NotReplayable';
}
