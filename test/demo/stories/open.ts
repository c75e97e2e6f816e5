/** Where a story is played for people, or as a proof: Gatehouse is a process of its own, which can be killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../src/adapters/store/embedded/embedded.ts';
import { openScenarios } from '../../scenarios/environment.ts';
import { serveGatehouse } from '../serve.ts';
import type { Story } from './story.ts';

export async function openForStory(story: Story) {
  // The database is ours, because an embedded one ends with the process that is killed.
  const stateDir = await mkdtemp(join(tmpdir(), 'gatehouse-story-'));
  const database = await startEmbeddedPostgres({ stateDir });
  const closeRest = async () => {
    await story.close?.();
    await database.stop();
    await rm(stateDir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const environment = await openScenarios(story.env, null, settings =>
      serveGatehouse({ ...settings, DATABASE_URL: database.url }),
    );
    return {
      environment,
      scenario: await environment.scenario(story.files),
      async close() {
        await environment.close();
        await closeRest();
      },
    };
  } catch (error) {
    await closeRest();
    throw error;
  }
}
