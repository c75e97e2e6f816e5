/** The check run `gatehouse/policy` and the organisation's rules, on the local GitHub. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPolicyCheck } from '../../../src/adapters/github/surfaces/policy-check.ts';
import type { Examination } from '../../../src/core/examination.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';
import { outsideCode } from './seen.ts';

const SOUND: Examination = {
  digest: `sha256:${'0'.repeat(64)}`,
  faults: [],
  tests: { rows: 2, failed: [] },
  history: {
    decisions: 12,
    flips: [],
    more: 0,
    undecidable: [],
    moreUndecidable: 0,
    elsewhere: { repositories: 0, flips: 0, undecidable: 0 },
  },
};
const FLIP = {
  task: '1-2-abc',
  seq: 9,
  action: 'pr.merge',
  resource: '#7',
  who: 'mona',
  gone: [],
  from: 'allow' as const,
  to: 'deny' as const,
  why: 'Frozen for @everyone, fixes #1.',
  causes: [{ file: '.github/gatehouse.cedar', line: 4 }],
};
const FLIPPING: Examination = {
  ...SOUND,
  history: {
    ...(SOUND.history as NonNullable<Examination['history']>),
    flips: [FLIP, { ...FLIP, task: '1-3-def', gone: ['merge-alone'] }],
    elsewhere: { repositories: 2, flips: 5, undecidable: 1 },
  },
};

describe('what it says', () => {
  it('green: valid, tested, nothing would flip', () => {
    expect(renderPolicyCheck(SOUND, 'pull')).toMatchObject({
      conclusion: 'success',
      title: 'Valid, 2 tests passed, 0 past decisions would flip',
      annotations: [],
    });
  });

  it('neutral: what would flip, on the line that causes it, and elsewhere as counts', () => {
    const check = renderPolicyCheck(FLIPPING, 'pull');
    expect(check).toMatchObject({
      conclusion: 'neutral',
      title: 'Valid, 2 tests passed, 7 past decisions would flip',
    });
    expect(check.summary).toContain('5 of them in 2 other repositories');
    expect(check.summary).toContain('judged by the policy of its base');
    expect(check.text).toContain('`merge-alone`');
    expect(check.annotations).toEqual([
      expect.objectContaining({
        path: '.github/gatehouse.cedar',
        start_line: 4,
        end_line: 4,
        annotation_level: 'warning',
        title: '2 past decisions would flip',
        message: expect.stringContaining('allowed → denied: to merge the pull request, task'),
      }),
    ]);
  });

  it('red: each fault and each failed test at its place', () => {
    const failed = [{ file: 'a.test.yml', line: 3, it: 'holds', problems: ['came allow'] }];
    expect(renderPolicyCheck({ ...SOUND, tests: { rows: 2, failed } }, 'pull')).toMatchObject({
      conclusion: 'failure',
      title: 'Valid, but 1 of 2 tests failed',
      annotations: [{ path: 'a.test.yml', start_line: 3, message: 'holds: came allow' }],
    });
    const faults = [{ file: 'a.cedar', line: 2, column: 7, message: 'no such `thing`' }];
    expect(
      renderPolicyCheck({ digest: null, faults, tests: null, history: null }, 'pull'),
    ).toMatchObject({
      conclusion: 'failure',
      title: 'Not valid: 1 fault',
      annotations: [{ path: 'a.cedar', start_line: 2, annotation_level: 'failure' }],
    });
  });

  it('text from outside calls nobody, closes nothing, and stays within limits', () => {
    const faults = Array.from({ length: 400 }, (_, line) => ({
      file: 'a.cedar',
      line: line + 1,
      column: 1,
      message: `@everyone fixes #1 <img src=x> ${'x'.repeat(2_000)}`,
    }));
    const check = renderPolicyCheck(
      { digest: null, faults, tests: null, history: null },
      'default-branch',
    );
    for (const text of [renderPolicyCheck(FLIPPING, 'pull').text, check.summary]) {
      expect(outsideCode(text)).not.toMatch(/@everyone|fixes #1|<img/);
      expect(Buffer.byteLength(text)).toBeLessThan(65_535);
    }
    expect(check.annotations).toHaveLength(50);
  });
});

describe('on GitHub', () => {
  let environment: GitHubEnvironment;
  beforeAll(async () => {
    environment = await openEnvironment();
  });
  afterAll(() => environment.close());

  const runs = async (sha: string) =>
    (
      await environment.octokit.rest.checks.listForRef({
        ...environment.at,
        ref: sha,
        check_name: 'gatehouse/policy',
      })
    ).data.check_runs;

  it('stands once for each head, with its annotations, however often it is told', async () => {
    const { number, sha } = await environment.openPull();
    const pull = { number, head: sha };
    const { writes } = environment.gatehouse;
    const first = await writes.showPolicy(environment.repository, pull, FLIPPING);
    expect(await writes.showPolicy(environment.repository, pull, FLIPPING)).toEqual(first);
    const [run, ...more] = await runs(sha);
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      id: first.id,
      conclusion: 'neutral',
      external_id: `policy:${number}`,
      output: { annotations_count: 1 },
    });
    const { data } = await environment.octokit.rest.checks.listAnnotations({
      ...environment.at,
      check_run_id: first.id,
    });
    expect(data[0]).toMatchObject({ path: '.github/gatehouse.cedar', start_line: 4 });
  });

  it('says something else of the same head in the same run, or in a new one where annotations would stay', async () => {
    const { number, sha } = await environment.openPull();
    const show = (examination: Examination) =>
      environment.gatehouse.writes.showPolicy(
        environment.repository,
        { number, head: sha },
        examination,
      );
    const quiet = await show(SOUND);
    expect(await show(FLIPPING)).toEqual(quiet);
    expect((await runs(sha))[0]).toMatchObject({
      conclusion: 'neutral',
      output: { annotations_count: 1 },
    });
    expect(await show(SOUND)).not.toEqual(quiet);
    expect((await runs(sha))[0]).toMatchObject({
      conclusion: 'success',
      output: { annotations_count: 0 },
    });
  });

  it("finds the organisation's rules where it has some, and none where it has none", async () => {
    const { facts } = environment.gatehouse;
    expect(await facts.organization({ ...environment.repository, name: '.github' })).toBeNull();
    expect(await facts.organization(environment.repository)).toBeNull();
  });
});

it("finds the organisation's repository with its default branch", async () => {
  const environment = await openEnvironment();
  const shared = await environment.github.createRepository({
    owner: environment.acme,
    name: '.github',
    files: { '.github/gatehouse.cedar': '// shared\n' },
  });
  environment.github.selectRepositories(environment.installation, [environment.handle, shared]);
  const found = await environment.gatehouse.facts.organization(environment.repository);
  expect(found).toMatchObject({
    repository: { id: shared.id, owner: 'acme', name: '.github' },
    sha: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
  await environment.close();
});
