/** Policy says which hosts an acceptance may look at: asked for each, at the first address and after a redirect. */
import { GATEHOUSE } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import { type Run, runOf } from '../../core/task/state/state.ts';
import { decide, factsText } from '../../policy/decide.ts';
import { keptTexts } from '../../policy/load.ts';
import { circumstancesOf, factsOf } from '../facts/circumstances.ts';
import type { MayReach } from '../ports/web.ts';
import type { TaskContext } from '../task-context.ts';

/** `named`: the addresses whose hosts the configuration, or the deployment, names. */
export async function createMayReach(
  { deps, task, folded, guard }: TaskContext,
  { id }: Pick<Run, 'id'>,
  named: readonly string[],
): Promise<MayReach> {
  const run = runOf(folded.state, id);
  const circumstances = await circumstancesOf(deps, folded.state, run);
  const { policies } = circumstances;
  const hosts = named.flatMap(grantOf);
  const about = { ...circumstances, subject: { ...circumstances.subject, hosts } };
  return async (host, port) => {
    const facts = factsOf(about, {
      action: 'net.connect',
      resource: { kind: 'host', name: host, port },
      context: { step: run.step, executor: 'builtin' },
    });
    const decision = decide(policies, facts);
    if (decision.outcome === 'allow') return { ok: true };
    await Promise.all(
      [factsText(facts), ...keptTexts(policies)].map(text => deps.artifacts.put(text, 'proof')),
    );
    await deps.handle({
      stream: taskStream(task),
      command: { type: 'record_denial', run: run.id, decision },
      actor: GATEHOUSE,
      fence: guard.fence,
    });
    return { ok: false, reason: `${host} may not be reached. ${decision.reasons[0] ?? ''}`.trim() };
  };
}

/** The host of an address as profiles name hosts. */
function grantOf(address: string): string[] {
  const url = URL.parse(address);
  if (!url) return [];
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return [`${url.hostname}:${port}`];
}
