/** What the CLI of an agent printed elsewhere, in the form of a journal. */
import type { PrintedOneShot } from '../../cli/services.ts';
import type { AgentEvent } from '../../core/agent-event.ts';
import { nearest } from '../../core/nearest.ts';
import { redact } from '../../core/redaction/redact.ts';
import { AGENTS } from '../agents/agent-table.ts';

/** Throws where there is no such agent, or no form of what it prints is known. */
export async function readOneShot(
  name: string,
  { stdout, stderr, exitCode, signal }: PrintedOneShot,
): Promise<AgentEvent[]> {
  const loaded = await Promise.all(
    AGENTS.map(async ({ adapter, load }) => ({ adapter, agent: await load() })),
  );
  const readers = new Map(
    loaded.flatMap(({ adapter, agent }) =>
      agent.cli !== null && agent.oneShot ? [[adapter, agent.oneShot] as const] : [],
    ),
  );
  const create = readers.get(name);
  if (!create) {
    const all = [...readers.keys()];
    const meant = nearest(name, all);
    throw new Error(
      `What "${name}" prints can't be read.${meant ? ` Did you mean ${meant}?` : ''} There are: ${all.join(', ')}.`,
    );
  }
  const reader = create();
  const said = [['stdout', stdout] as const, ['stderr', stderr] as const].flatMap(
    ([stream, text]) =>
      redact(text)
        .split('\n')
        .flatMap(line => (line === '' ? [] : reader.line(stream, line))),
  );
  const by = 'exit' as const;
  return [...said, ...reader.end({ exitCode, signal, by, outOfMemory: false, ms: 0 })];
}
