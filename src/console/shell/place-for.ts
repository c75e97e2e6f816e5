/** Where a search leads: the id of a task to its page, everything else to the board. */

/** A task is named after its repository and what it comes from, with a part of a digest at the end. */
const TASK_ID = /^\d+-[a-z\d-]+-(?:[\da-f]{8}|[\da-f]{16})$/;

export const placeFor = (text: string) =>
  TASK_ID.test(text)
    ? ({ to: '/tasks/$task', params: { task: text } } as const)
    : ({ to: '/tasks', search: { text } } as const);
