/** Time and ids come in from outside, so that the core never asks for them. */
export type Clock = { now(): Date };
