import { randomBytes, randomInt } from 'node:crypto';
import type { GitHub } from '../github.ts';
import type { App } from './apps.ts';

/** A user token lives 8 hours, and what renews it 6 months. */
export const TOKEN_S = 28_800;
export const REFRESH_S = 15_897_600;
const CODE_MS = 10 * 60_000;
export const DEVICE_S = 900;
/** Each question that comes too early adds as many seconds to the time between two. */
const SLOWER_S = 5;

export type Code = {
  readonly appId: number;
  readonly userId: number;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly expiresAt: number;
};

export type Device = {
  readonly appId: number;
  readonly userCode: string;
  readonly expiresAt: number;
  interval: number;
  askedAt: number;
  /** Who let it in, or that somebody refused. */
  answer: { readonly userId: number } | 'refused' | null;
};

export type Refresh = {
  readonly appId: number;
  readonly userId: number;
  readonly token: string;
  readonly expiresAt: number;
  /** Made by the device flow: renewed without the App's secret. */
  readonly byDevice: boolean;
};

export type Authorizations = {
  readonly codes: Map<string, Code>;
  readonly devices: Map<string, Device>;
  readonly refreshes: Map<string, Refresh>;
  /** `app id:user id` of those who said yes once, and have not taken it back. */
  readonly given: Set<string>;
};

export const noAuthorizations = (): Authorizations => ({
  codes: new Map(),
  devices: new Map(),
  refreshes: new Map(),
  given: new Set(),
});

const pair = (appId: number, userId: number) => `${appId}:${userId}`;

export const hasAuthorized = ({ world }: GitHub, appId: number, userId: number): boolean =>
  world.authorizations.given.has(pair(appId, userId));

export function authorize({ world }: GitHub, appId: number, userId: number): void {
  world.authorizations.given.add(pair(appId, userId));
}

export function giveCode(github: GitHub, code: Omit<Code, 'expiresAt'>): string {
  const { authorizations } = github.world;
  const text = randomBytes(10).toString('hex');
  authorize(github, code.appId, code.userId);
  authorizations.codes.set(text, { ...code, expiresAt: github.now().getTime() + CODE_MS });
  return text;
}

/** Once only, whether or not it is still good. */
export function takeCode(github: GitHub, text: string): Code | null {
  const { codes } = github.world.authorizations;
  const code = codes.get(text);
  codes.delete(text);
  return code && code.expiresAt > github.now().getTime() ? code : null;
}

export function startDevice(github: GitHub, app: App): { deviceCode: string; device: Device } {
  const letters = () =>
    Array.from({ length: 4 }, () => 'BCDFGHJKLMNPQRSTVWXZ'[randomInt(20)]).join('');
  const device: Device = {
    appId: app.id,
    userCode: `${letters()}-${letters()}`,
    expiresAt: github.now().getTime() + DEVICE_S * 1000,
    interval: app.deviceInterval,
    askedAt: Number.NEGATIVE_INFINITY,
    answer: null,
  };
  const deviceCode = randomBytes(20).toString('hex');
  github.world.authorizations.devices.set(deviceCode, device);
  return { deviceCode, device };
}

export function answerDevice(
  github: GitHub,
  userCode: string,
  answer: NonNullable<Device['answer']>,
): boolean {
  const devices = [...github.world.authorizations.devices.values()];
  const device = devices.find(found => found.userCode === userCode.toUpperCase());
  if (!device || device.answer !== null || device.expiresAt <= github.now().getTime()) return false;
  device.answer = answer;
  if (answer !== 'refused') authorize(github, device.appId, answer.userId);
  return true;
}

/** Whoever asks again too early has to wait longer from then on. */
export function asksTooEarly(github: GitHub, device: Device): boolean {
  const now = github.now().getTime();
  const early = now - device.askedAt < device.interval * 1000;
  device.askedAt = now;
  if (early) device.interval += SLOWER_S;
  return early;
}

export function giveTokens(
  github: GitHub,
  of: Pick<Refresh, 'appId' | 'userId' | 'byDevice'>,
): { token: string; refresh: string } {
  const now = github.now().getTime();
  const token = `ghu_${randomBytes(18).toString('hex')}`;
  const refresh = `ghr_${randomBytes(38).toString('hex')}`;
  const { appId, userId } = of;
  const held = { appId, expiresAt: now + TOKEN_S * 1000 };
  github.world.tokens.set(token, { kind: 'user', userId, held });
  const expiresAt = now + REFRESH_S * 1000;
  github.world.authorizations.refreshes.set(refresh, { ...of, token, expiresAt });
  return { token, refresh };
}

/** Both the token and what renews it are over with its use. */
export function takeRefresh(github: GitHub, text: string): Refresh | null {
  const { refreshes } = github.world.authorizations;
  const refresh = refreshes.get(text);
  if (!refresh) return null;
  refreshes.delete(text);
  github.world.tokens.delete(refresh.token);
  return refresh.expiresAt > github.now().getTime() ? refresh : null;
}

export function endToken(github: GitHub, app: App, token: string): boolean {
  const found = github.world.tokens.get(token);
  if (found?.kind !== 'user' || found.held?.appId !== app.id) return false;
  github.world.tokens.delete(token);
  for (const [text, refresh] of github.world.authorizations.refreshes)
    if (refresh.token === token) github.world.authorizations.refreshes.delete(text);
  return true;
}

/** The person, or the App for them, takes back all of it. */
export function endAuthorization(github: GitHub, appId: number, userId: number): void {
  const { world } = github;
  world.authorizations.given.delete(pair(appId, userId));
  for (const [token, found] of world.tokens)
    if (found.kind === 'user' && found.userId === userId && found.held?.appId === appId)
      world.tokens.delete(token);
  for (const [text, refresh] of world.authorizations.refreshes)
    if (refresh.appId === appId && refresh.userId === userId)
      world.authorizations.refreshes.delete(text);
}
