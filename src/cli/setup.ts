/**
 * `gatehouse setup`: the App is registered on GitHub's own page and its credentials come back here, or
 * an App that is registered already is taken over.
 */
import { resolve } from 'node:path';
import { givenText } from './given-text.ts';
import { type Output, print } from './output.ts';
import type { Services, SetupDone } from './services.ts';

type SetupOptions = {
  json: boolean;
  port: number;
  org?: string;
  name?: string;
  webhookUrl?: string;
  appId?: number;
  key?: string;
};

export async function setup(
  services: Services,
  output: Output,
  options: SetupOptions,
): Promise<void> {
  const { appId, key, webhookUrl = null, json } = options;
  if (appId !== undefined) {
    if (key === undefined)
      throw new Error(
        "--app-id needs --key: the .pem file with the App's private key, or - for standard input. GitHub generates one on the App's page.",
      );
    if (options.org !== undefined || options.name !== undefined)
      throw new Error('--org and --name are for a new App: leave them out with --app-id.');
    const privateKey = await readKey(key);
    const done = await services.takeOver({ appId, privateKey, webhookUrl });
    print(output, json, done, [`Took over ${done.slug} (App ${done.appId}).`, ...next(done)]);
    return;
  }
  if (key !== undefined)
    throw new Error('--key is the key of an App that is registered already: name it by --app-id.');
  const { port, org: organization = null, name = null } = options;
  const run = await services.setup({ port, organization, name, webhookUrl });
  try {
    output.err(`Open ${run.url} in a browser and follow it to GitHub.\n`);
    const done = await run.done;
    print(output, json, done, [`Registered ${done.slug} (App ${done.appId}).`, ...next(done)]);
  } finally {
    await run.stop();
  }
}

/** Bytes: a key of 4,096 bits has 3,250 of them. */
const LARGEST_KEY = 64 * 1024;

/** Never the key itself: every user of the machine can read what a command is called with. */
async function readKey(place: string): Promise<string> {
  if (place.includes('BEGIN') || place.includes('\n'))
    throw new Error('--key takes the name of a file, or - for standard input, never the key.');
  return givenText(place, LARGEST_KEY, "the file of the App's key");
}

const SOLO = resolve(import.meta.dirname, '../../policies/solo/solo.cedar');

const next = ({ file, settings, webhook, deliveries, install }: SetupDone): string[] => [
  `Its credentials are in ${file}, readable by you alone.`,
  `Its settings on GitHub: ${settings}`,
  ...(deliveries === 'log'
    ? [
        `GitHub can't reach this machine, so \`gatehouse serve\` reads deliveries from GitHub's log; the webhook`,
        `must be active all the same. Once there is an address, set it there and GATEHOUSE_DELIVERIES=webhook.`,
      ]
    : [
        `GitHub delivers to ${webhook}: the webhook must be active, and that address lead to serve.`,
      ]),
  `Install it on a repository: ${install}`,
  'Then run: gatehouse doctor, and gatehouse serve',
  '',
  'Every merge takes an approval by a second person with write access (policies/starter).',
  'GATEHOUSE_POLICIES=autonomous merges alone. Where you maintain a repository alone, nobody else',
  `can approve: copy ${SOLO} into policies of`,
  'your own, and your own approval counts.',
];
