/** Whether GitHub's deliveries arrive, as its log of them shows. */
import type { Webhook } from '../adapters/github/record/webhook.ts';
import type { CheckFault } from './check.ts';

/** How long GitHub's log goes back; Enterprise Server's goes back further. */
const LOG_MS = 3 * 24 * 3_600_000;

const SET_IT =
  "On the App's page set the webhook to https://<your host>/api/github/webhooks and switch it on.";

/** `installedAt`: when the App was last installed; `null` where it is installed nowhere. */
export function webhookState(
  { url, deliveries }: Webhook,
  installedAt: Date | null,
  now: Date,
): string | CheckFault {
  if (url === null) return { problem: 'it has no address', remediation: SET_IT };
  const place = hostOf(url);
  const [latest] = deliveries;
  if (!latest) {
    const isRecent = installedAt !== null && now.getTime() - installedAt.getTime() < LOG_MS;
    if (isRecent)
      return {
        problem: `nothing was delivered to ${place} since the App was installed`,
        remediation: `The webhook is switched off: ${SET_IT}`,
      };
    return `at ${place}; GitHub's log has no delivery, so whether it is switched on is not known`;
  }
  // Nobody can own such a name: what was sent there is read from the log.
  if (new URL(url).hostname.endsWith('.invalid'))
    return `at ${place}, which reaches nobody: deliveries are read from GitHub's log`;
  const said = `${latest.event} at ${latest.at.toISOString()}: ${latest.status}`;
  if (deliveries.some(({ ok }) => ok))
    return `at ${place}; the latest delivery ${latest.ok ? 'arrived' : 'failed'} (${said})`;
  return {
    problem: `no delivery to ${place} has arrived; the latest was ${said}`,
    remediation: `Start \`gatehouse serve\` and pass /api/github/webhooks of that host on to it, or change the address. ${SET_IT}`,
  };
}

const hostOf = (url: string): string => {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.host}${parsed.pathname}` : 'an address that is no URL';
};
