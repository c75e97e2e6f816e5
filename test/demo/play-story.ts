/** `--scenario NAME`: one walk of `stories/`, told as it happens, and the proof of it. */
import { consoleLines } from './console-link.ts';
import { openForStory } from './stories/open.ts';
import { STORIES } from './stories/stories.ts';
import { chapter, followAll, note } from './timeline.ts';

export type Played = {
  /** Where it can be explored. */
  url: string;
  consoleLines(): string[];
  /** What `--json` writes. */
  summary: {
    scenario: string;
    ms: number;
    tasks: { id: string; title: string; status: string; pull: number | null }[];
    streams: { name: string; events: number; head: string; verify: string; replay: string }[];
    violations: readonly object[];
  };
  close(): Promise<void>;
};

export async function playStory(name: string): Promise<Played> {
  const listed = STORIES[name];
  if (!listed) throw new Error(`there is no scenario ${name}: \`--list\` names them`);
  note(listed.about);
  const story = await listed.open();
  const { environment, scenario, close } = await openForStory(story);
  try {
    const { gatehouse, github } = environment;
    const began = Date.now();
    const timeline = followAll(gatehouse.parts, began);
    await story.play({ environment, scenario, chapter });
    await timeline.stop();
    const ms = Date.now() - began;
    const tasks = await gatehouse.parts.tasks.list({ limit: 100 });
    const streams = await environment.proofs();
    await chapter('The audit');
    for (const { id, title, status, pull } of tasks.toReversed())
      note(`${id}  ${status.padEnd(9)} ${title}${pull === null ? '' : ` (#${pull})`}`);
    const events = streams.reduce((sum, stream) => sum + stream.events, 0);
    note(`${streams.length} streams of ${events} events verify, and replay to the same decisions.`);
    note(`It took ${(ms / 1000).toFixed(1)} s.`);
    return {
      url: `${github.url}/${scenario.repository.fullName}`,
      consoleLines: () => consoleLines(environment),
      summary: {
        scenario: name,
        ms,
        tasks: tasks.map(({ id, title, status, pull }) => ({ id, title, status, pull })),
        streams: streams.map(({ name, events, head, verify, replay }) => ({
          name,
          events,
          head,
          verify,
          replay,
        })),
        violations: github.violations(),
      },
      close,
    };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}
