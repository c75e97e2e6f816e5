/** Reading an address outside, by the trusted side: what is deployed, and what is measured of it. */

/** `text`: as much of the body as is read. */
export type WebAnswer =
  | { ok: true; status: number; text: string; isWhole: boolean }
  | { ok: false; reason: string };

/** Whether a host may be reached, at the first address and after each redirect; else why not. */
export type MayReach = (host: string, port: number) => Promise<{ ok: true } | WebRefusal>;
export type WebRefusal = { ok: false; reason: string };

/**
 * A GET without credentials. Private addresses are reached only where the operator names their host. The
 * body and the time are bounded.
 */
export type ReadWeb = (address: string, mayReach: MayReach) => Promise<WebAnswer>;
