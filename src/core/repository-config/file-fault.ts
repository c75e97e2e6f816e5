/** What is wrong with a part of `gatehouse.yml`, and where that stands. */
export type FileFault = { path: (string | number)[]; message: string };
