/** `gatehouse setup`: the App is registered on GitHub's own page; its credentials come back here. */

import { type Output, print } from './output.ts';
import type { Services } from './services.ts';

export async function setup(
  services: Services,
  output: Output,
  options: { json: boolean; port: number; org?: string },
): Promise<void> {
  const run = await services.setup({ port: options.port, organization: options.org ?? null });
  try {
    output.err(`Open ${run.url} in a browser and follow it to GitHub.\n`);
    const done = await run.done;
    print(output, options.json, done, [
      `Registered ${done.slug} (App ${done.appId}).`,
      `Its credentials stand in ${done.file}, readable by you alone.`,
      "On the App's page, set the webhook to https://<your host>/api/github/webhooks and switch it on;",
      'install the App on a repository; then run: gatehouse serve',
      '',
      'Every merge takes an approval by a second person with write access (policies/starter).',
      'GATEHOUSE_POLICIES=policies/autonomous merges alone. Where you maintain a repository alone, nobody',
      'else can approve: copy policies/solo/solo.cedar beside your policies, and your own approval counts.',
    ]);
  } finally {
    await run.stop();
  }
}
