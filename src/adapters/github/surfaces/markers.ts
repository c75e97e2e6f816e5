/** Hidden comments by which we find our own text again, together with our App's id. */

/** Ids and keys are ours, yet whatever could end an HTML comment early is taken out. */
const safe = (text: string): string => text.replace(/[^A-Za-z0-9._:/-]/g, '_').replace(/--+/g, '-');

export const taskMarker = (task: string): string => `<!-- gatehouse:task=${safe(task)} -->`;
export const taskEnd = (task: string): string => `<!-- /gatehouse:task=${safe(task)} -->`;
export const backlogMarker = (backlog: string): string =>
  `<!-- gatehouse:backlog=${safe(backlog)} -->`;
export const submittedMarker = (key: string): string => `<!-- gatehouse:submitted=${safe(key)} -->`;
/** What a comment asks for, by the capsule's id. */
export const asksMarker = (capsule: string): string => `<!-- gatehouse:asks=${safe(capsule)} -->`;
export const ASKS = /^<!-- gatehouse:asks=([0-9a-f]{12}) -->$/m;
export const answerMarker = (key: string): string => `<!-- gatehouse:answer=${safe(key)} -->`;
