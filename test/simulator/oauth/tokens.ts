import { createHash } from 'node:crypto';
import type { GitHub } from '../github.ts';
import type { App } from '../world/apps.ts';
import {
  asksTooEarly,
  DEVICE_S,
  giveTokens,
  REFRESH_S,
  startDevice,
  TOKEN_S,
  takeCode,
  takeRefresh,
} from '../world/authorizations.ts';

/** What GitHub answers, whose errors have the status 200 as well. */
export type Answer = Readonly<Record<string, string | number>>;

const wrong = (error: string, error_description: string): Answer => ({ error, error_description });

function appOf(github: GitHub, fields: URLSearchParams): App | undefined {
  const id = fields.get('client_id');
  return [...github.world.apps.values()].find(({ clientId }) => clientId === id);
}

/** `POST /login/oauth/access_token` */
export function exchange(github: GitHub, fields: URLSearchParams): Answer {
  const app = appOf(github, fields);
  if (!app) return INCORRECT_CLIENT;
  switch (fields.get('grant_type')) {
    case 'urn:ietf:params:oauth:grant-type:device_code':
      return byDevice(github, app, fields);
    case 'refresh_token':
      return byRefresh(github, app, fields);
    default:
      return byCode(github, app, fields);
  }
}

const INCORRECT_CLIENT = wrong(
  'incorrect_client_credentials',
  'The client_id and/or client_secret passed are incorrect.',
);

function byCode(github: GitHub, app: App, fields: URLSearchParams): Answer {
  if (fields.get('client_secret') !== app.clientSecret) return INCORRECT_CLIENT;
  const code = takeCode(github, fields.get('code') ?? '');
  if (code?.appId !== app.id)
    return wrong('bad_verification_code', 'The code passed is incorrect or expired.');
  const back = fields.get('redirect_uri');
  if (back !== null && back !== code.redirectUri)
    return wrong(
      'redirect_uri_mismatch',
      'The redirect_uri MUST match the registered callback URL for this application.',
    );
  const verifier = fields.get('code_verifier') ?? '';
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (code.challenge !== null && code.challenge !== challenge)
    return wrong('bad_verification_code', 'The code passed is incorrect or expired.');
  return tokens(github, { appId: app.id, userId: code.userId, byDevice: false });
}

function byRefresh(github: GitHub, app: App, fields: URLSearchParams): Answer {
  const text = fields.get('refresh_token') ?? '';
  const known = github.world.authorizations.refreshes.get(text);
  if (!known?.byDevice && fields.get('client_secret') !== app.clientSecret) return INCORRECT_CLIENT;
  const refresh = known?.appId === app.id ? takeRefresh(github, text) : null;
  if (!refresh)
    return wrong('bad_refresh_token', 'The refresh token passed is incorrect or expired.');
  return tokens(github, refresh);
}

function byDevice(github: GitHub, app: App, fields: URLSearchParams): Answer {
  const code = fields.get('device_code') ?? '';
  const device = github.world.authorizations.devices.get(code);
  if (device?.appId !== app.id)
    return wrong('incorrect_device_code', 'The device_code provided is not valid.');
  if (device.expiresAt <= github.now().getTime())
    return wrong('expired_token', 'The device_code has expired.');
  if (asksTooEarly(github, device))
    return {
      ...wrong('slow_down', 'Too many requests have been made.'),
      interval: device.interval,
    };
  if (device.answer === null)
    return wrong('authorization_pending', 'The authorization request is still pending.');
  github.world.authorizations.devices.delete(code);
  if (device.answer === 'refused')
    return wrong('access_denied', 'The authorization request was denied.');
  return tokens(github, { appId: app.id, userId: device.answer.userId, byDevice: true });
}

function tokens(github: GitHub, of: Parameters<typeof giveTokens>[1]): Answer {
  const { appId, userId, byDevice } = of;
  const { token, refresh } = giveTokens(github, { appId, userId, byDevice });
  return {
    access_token: token,
    expires_in: TOKEN_S,
    refresh_token: refresh,
    refresh_token_expires_in: REFRESH_S,
    scope: '',
    token_type: 'bearer',
  };
}

/** `POST /login/device/code` */
export function deviceCode(github: GitHub, fields: URLSearchParams): Answer | null {
  const app = appOf(github, fields);
  if (!app) return null;
  if (!app.deviceFlow)
    return wrong('device_flow_disabled', 'Device Flow must be explicitly enabled for this App');
  const { deviceCode: device_code, device } = startDevice(github, app);
  return {
    device_code,
    user_code: device.userCode,
    verification_uri: `${github.url}/login/device`,
    expires_in: DEVICE_S,
    interval: device.interval,
  };
}
