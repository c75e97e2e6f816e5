/** Reads the rules of a repository in the isolated process, because only its own people have reviewed them. */
import type { Repository } from '../../../core/actor.ts';
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import { RepositoryConfigFile } from '../../../core/repository-config/repository-config.ts';
import { CONFIG_PATH, nameOf, type RuleTexts } from '../rule-files.ts';
import type { ReadRules } from '../rules.ts';
import { askIsolated, IsolatedStopped } from './isolated.ts';

/** An answer is used for ten minutes: where reading took too long, a busy machine may have been the reason. */
const known = createAnswerCache<string, ReadRules>(
  500,
  { ms: 10 * 60_000, now: () => performance.now() },
  {
    of: ({ texts, places }) => JSON.stringify([texts, places]).length + 1_000,
    most: 16 * 1024 * 1024,
  },
);

export async function readIsolated(
  texts: RuleTexts,
  { installation }: Pick<Repository, 'installation'>,
): Promise<ReadRules> {
  const { config, policy } = texts;
  const named = policy ?? config;
  if (named === null) return NOTHING;
  return known.get(JSON.stringify(texts), async () => {
    try {
      return await askIsolated('rules', texts, installation);
    } catch (error) {
      if (!(error instanceof IsolatedStopped)) throw error;
      const fault = { file: nameOf(named), line: 1, column: 1, message: error.message };
      return { ...NOTHING, checked: { ok: false, faults: [fault] } };
    }
  });
}

const NOTHING: ReadRules = {
  config: RepositoryConfigFile.parse({}),
  graphs: {},
  schedules: {},
  places: { file: CONFIG_PATH, at: {} },
  texts: [],
  checked: { ok: true, policies: [] },
  shown: [],
};
