/** The rules of a repository, which people of that repository alone have looked at. */
import { createAnswerCache } from '../../../core/bounded-cache.ts';
import { RepositoryConfigFile } from '../../../core/repository-config.ts';
import { nameOf, type RuleTexts } from '../rule-files.ts';
import type { ReadRules } from '../rules.ts';
import { ApartStopped, askApart } from './apart.ts';

/** Read once, and again after a while, because a machine that is busy may be why it was stopped. */
const known = createAnswerCache<string, ReadRules>(
  500,
  { ms: 10 * 60_000, now: () => performance.now() },
  { of: read => JSON.stringify(read.texts).length + 1_000, most: 16 * 1024 * 1024 },
);

export async function readApart(texts: RuleTexts): Promise<ReadRules> {
  const { config, policy } = texts;
  const named = policy ?? config;
  if (named === null) return NOTHING;
  return known.get(JSON.stringify(texts), async () => {
    try {
      return await askApart('rules', texts);
    } catch (error) {
      if (!(error instanceof ApartStopped)) throw error;
      const fault = { file: nameOf(named), line: 1, column: 1, message: error.message };
      return { ...NOTHING, checked: { ok: false, faults: [fault] } };
    }
  });
}

const NOTHING: ReadRules = {
  config: RepositoryConfigFile.parse({}),
  graphs: {},
  schedules: {},
  texts: [],
  checked: { ok: true, policies: [] },
};
