/** What a failing check says, as data. */
export type CheckOutput = { name: string; text: string; annotations: string[] };
