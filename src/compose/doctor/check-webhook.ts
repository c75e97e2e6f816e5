/** Whether GitHub's deliveries arrive, as its log of them shows. */
import { isNobodys } from '../../adapters/github/app/app-webhook.ts';
import type { Webhook } from '../../adapters/github/record/webhook.ts';
import type { Config } from '../../config.ts';
import type { CheckFault } from '../../engine/ports/doctor.ts';
import { FROM_LOG } from '../../engine/reconcile/intervals.ts';

/** How long GitHub's log goes back; Enterprise Server's goes back further. */
const LOG_MS = 3 * 24 * 3_600_000;

type Around = Pick<Config, 'deliveries'> & {
  /** When the App was last installed; `null` where it is installed nowhere. */
  installedAt: Date | null;
  /** The page of the App's settings. */
  settings: string;
};

export function webhookState(
  { url, deliveries: logged }: Webhook,
  { deliveries, installedAt, settings }: Around,
  now: Date,
): string | CheckFault {
  const address = 'https://<your host>/api/github/webhooks';
  const setIt = `Under ${settings} set the webhook to ${address} and make it active; or, where GitHub can't reach this machine, to https://gatehouse.invalid with GATEHOUSE_DELIVERIES=log.`;
  if (url === null) return { problem: 'it has no address', remediation: setIt };
  const place = hostOf(url);
  const [latest] = logged;
  if (!latest) {
    const isRecent = installedAt !== null && now.getTime() - installedAt.getTime() < LOG_MS;
    if (isRecent)
      return {
        problem: `nothing was delivered to ${place} since the App was installed`,
        remediation: `The webhook is switched off. ${deliveries === 'log' ? `Make it active under ${settings}: only then GitHub logs deliveries.` : setIt}`,
      };
    return `at ${place}; GitHub's log has no delivery, so whether it is switched on is not known`;
  }
  const said = `${latest.event} at ${latest.at.toISOString()}: ${latest.status}`;
  if (deliveries === 'log') return `${FROM_LOG}; the latest is ${said}`;
  if (isNobodys(url))
    return `at ${place}, which reaches nobody: deliveries are read from GitHub's log once a minute, and with GATEHOUSE_DELIVERIES=log every few seconds`;
  if (logged.some(({ ok }) => ok))
    return `at ${place}; the latest delivery ${latest.ok ? 'arrived' : 'failed'} (${said})`;
  return {
    problem: `no delivery to ${place} has arrived; the latest was ${said}`,
    remediation: `Start \`gatehouse serve\` and pass /api/github/webhooks of that host on to it, or change the address. ${setIt}`,
  };
}

const hostOf = (url: string): string => {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.host}${parsed.pathname}` : 'an address that is no URL';
};
