/** Where GitHub delivers the App's events to. */
import { WEBHOOK_PATH } from '../receive/receive.ts';

/**
 * GitHub logs only the deliveries of a webhook that is switched on and has an address. Nobody can own
 * this one (RFC 6761), so what is sent there reaches nobody, and is read from the log.
 */
export const NOBODYS_WEBHOOK = `https://gatehouse.invalid${WEBHOOK_PATH}`;

export const isNobodys = (url: string): boolean =>
  URL.parse(url)?.hostname.endsWith('.invalid') ?? false;

/** GitHub takes no address of the machine itself. */
export const isOfThisMachine = ({ hostname }: URL): boolean =>
  /^(localhost|.*\.localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(hostname);

/** The address that an operator names: of a host alone, with the path that Gatehouse answers. */
export function webhookAddress(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.hash)
    throw new Error(`"${text}" is no address for a webhook, such as https://gatehouse.example.com`);
  if (isOfThisMachine(url))
    throw new Error(
      `GitHub can't reach ${url.host}, and refuses such an address. Leave --webhook-url out: deliveries are then read from GitHub's log.`,
    );
  return url.pathname === '/' && !url.search ? new URL(WEBHOOK_PATH, url).href : url.href;
}
