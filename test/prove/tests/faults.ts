/**
 * Faults, each of which makes tests fail: one line of `src`, what it says instead, and the test files
 * of which at least one case must turn red. A test that is made cheaper must still catch them.
 */

export type Fault = {
  file: string;
  /** Stands once in the file. */
  text: string;
  /** As sound for the compiler, and wrong. */
  instead: string;
  tests: readonly string[];
};

const fault = (file: string, text: string, instead: string, ...tests: string[]): Fault => ({
  file: `src/${file}`,
  text,
  instead,
  tests: tests.map(path => `test/${path}`),
});

const RULES = 'core/approvals/rules.test.ts';
const TASK = ['core/task/walk.test.ts', 'core/task/state/transitions.test.ts'] as const;

export const FAULTS: readonly Fault[] = [
  // core
  fault('core/approvals/veto.ts', "statement.state === 'APPROVED' &&", 'true &&', RULES),
  fault('core/approvals/bot.ts', "by.type !== 'User' ||", 'false ||', RULES),
  fault('core/approvals/expiry.ts', 'Date.parse(now) < until', 'Date.parse(now) > until', RULES),
  fault('core/approvals/quorum.ts', ' || asked < 1', '', RULES),
  fault(
    'core/approvals/fork.ts',
    'headRepositoryId === repository.id',
    'headRepositoryId !== repository.id',
    RULES,
  ),
  fault(
    'core/approvals/maintainer.ts',
    "['maintain', 'admin']",
    "['write', 'maintain', 'admin']",
    RULES,
  ),
  fault('core/approvals/fence.ts', 'age >= 0 && ', '', RULES, 'core/approvals/capsule.test.ts'),
  fault(
    'core/fold.ts',
    "if (event.type === 'effect.failed') open = retried(open, stored.data as Failed);",
    '',
    'core/task/walk.test.ts',
    'engine/perform.test.ts',
    'core/task/state/transitions.test.ts',
  ),
  fault('core/failed-effect.ts', 'command.retryable && (waits', '(waits', ...TASK),
  fault(
    'core/redaction/redact.ts',
    'Math.max(last.end, secret.end)',
    'secret.end',
    'core/redaction/redact.test.ts',
  ),
  fault(
    'core/task/decide/act.ts',
    "against.length > 0 || decision.outcome === 'deny'",
    "decision.outcome === 'deny'",
    'core/task/decide/act.test.ts',
  ),
  fault('core/task/decide/advance.ts', ' || !step.needs.every(settled)', '', ...TASK),
  fault(
    'core/task/decide/decide.ts',
    "data.signal === 'checks' && data.detail !== head",
    'false',
    ...TASK,
  ),
  fault(
    'core/task/approvals/requesters.ts',
    "about.action !== 'pr.merge' && ",
    '',
    'core/task/approvals/requesters.test.ts',
  ),
  // policy
  fault(
    'policy/ask-cedar.ts',
    'diagnostics.errors.length > 0',
    'diagnostics.errors.length > 99',
    'policy/decide.test.ts',
    'policy/load.test.ts',
  ),
  fault(
    'policy/check.ts',
    'errors.length > 0',
    'errors.length > 1',
    'policy/load.test.ts',
    'policy/decide.test.ts',
  ),
  fault(
    'policy/actions/changes.ts',
    "default: name === 'main'",
    'default: false',
    'policy/starter.test.ts',
    'policy/packs.test.ts',
    'cli/policy.test.ts',
  ),
  fault(
    'policy/actions/calls.ts',
    " || segments.includes('..')",
    '',
    'policy/decide.test.ts',
    'engine/attempt/asking/act.test.ts',
  ),
  // patch
  fault(
    'patch/file-modes.ts',
    "after === '100755' && before !== '100755'",
    "after === '100755' && before === '100755'",
    'patch',
  ),
  fault(
    'patch/file-modes.ts',
    "after === '160000' || before === '160000'",
    "after === '160000'",
    'patch',
  ),
  fault('patch/unsafe-paths.ts', "path === '' || path.startsWith('/')", "path === ''", 'patch'),
  fault('patch/snapshots.ts', ' || (!binary && lines.removed === 0)', '', 'patch'),
  fault(
    'patch/size.ts',
    'files > oversized.files || lines > oversized.lines',
    'files > oversized.files',
    'patch',
  ),
  fault(
    'patch/test-files.ts',
    'isTestFile(from) && (!isTestFile(to) ||',
    'isTestFile(from) && (isTestFile(to) ||',
    'patch',
  ),
  fault('patch/suite/read-forms.ts', "if (LOOSE.test(text)) return 'loose';", '', 'patch'),
  // engine
  fault(
    'engine/chain.ts',
    'if (event.seq !== seq)',
    'if (event.seq < seq)',
    'engine/chain.test.ts',
    'engine/audit/replay.test.ts',
  ),
  fault(
    'engine/concurrency-limit.ts',
    'if (ahead >= free)',
    'if (free < 0)',
    'engine/perform.test.ts',
    'engine/concurrency-limit.test.ts',
  ),
  fault(
    'engine/keyed-mutex.ts',
    'before ? before.then(work) : work()',
    'work()',
    'engine/keyed-mutex.test.ts',
  ),
  fault(
    'engine/policies/yaml-text.ts',
    'if (Buffer.byteLength(text) > LARGEST)',
    'if (text.length > LARGEST)',
    'engine/intake/rules/repository-config.test.ts',
  ),
  fault(
    'engine/facts/change.ts',
    'if (pull.head.sha !== ours.head)',
    'if (false)',
    'engine/perform.test.ts',
    'engine/intake.test.ts',
  ),
  fault(
    'engine/attempt/process/journal.ts',
    ' || prev !== hash',
    '',
    'engine/attempt/process/journal.test.ts',
  ),
  fault(
    'engine/attempt/outcome.ts',
    "if (end.by === 'timeout')",
    "if (end.by === 'output_limit')",
    'engine/attempt/outcome.test.ts',
  ),
  fault(
    'engine/lease-guard.ts',
    '!(await leases.holds(name, epoch))',
    'false',
    'engine/lease-guard.test.ts',
  ),
  fault(
    'engine/audit/replay.ts',
    'if (again !== null) return stop',
    'if (again === null) return stop',
    'engine/audit/replay.test.ts',
  ),
  fault('engine/chain.ts', 'if (events < head.version)', 'if (events < 0)', 'engine/chain.test.ts'),
  // adapters
  fault(
    'adapters/github/triggers/commands.ts',
    'if (author?.id !== sender.id)',
    'if (false)',
    'adapters/github/translate.test.ts',
    'adapters/github/commands.test.ts',
  ),
  fault(
    'adapters/github/surfaces/inert.ts',
    "const gap = longest > 0 ? ' ' : '';",
    "const gap = '';",
    'adapters/github/inert.test.ts',
    'adapters/github/surfaces.test.ts',
  ),
  fault(
    'adapters/github/writes/merge.ts',
    'return pull.head.sha === sha ? null',
    'return pull.head.sha !== sha ? null',
    'adapters/github/merge.test.ts',
  ),
  fault(
    'adapters/github/facts/role.ts',
    'found?.data.user?.id !== id',
    'found?.data.user?.id === undefined',
    'adapters/github/facts.test.ts',
  ),
  fault(
    'adapters/store/shared/leases.ts',
    'l.until <= clock_timestamp() OR l.holder = excluded.holder',
    'l.until <= clock_timestamp()',
    'adapters/store/store.test.ts',
  ),
  fault(
    'adapters/store/migrate.ts',
    'if (known.checksum !== checksum)',
    'if (known.checksum === null)',
    'adapters/store/migrate.test.ts',
  ),
  fault(
    'adapters/store/log/append.ts',
    "if (result.outcome !== 'taken') return result;",
    "if (result.outcome !== 'taken') return { outcome: 'appended' };",
    'adapters/store/store.test.ts',
  ),
  fault(
    'adapters/sandbox/inherited-descriptors.ts',
    '& CLOSE_ON_EXEC) === 0',
    '& CLOSE_ON_EXEC) !== 0',
    'adapters/sandbox/bwrap-arguments.test.ts',
  ),
  fault(
    'adapters/workspace/commits/files-in-commit.ts',
    " || path.startsWith('/') || path.split('/').includes('..')) return null;",
    ') return null;',
    'adapters/workspace/commits/read-commit.test.ts',
  ),
  fault(
    'adapters/workspace/run/collect.ts',
    'if (tree === checkout.openedTree) return null;',
    '',
    'adapters/workspace/run/collect.test.ts',
  ),
  fault(
    'adapters/agents/finish.ts',
    "if (signal !== null) return 'killed';",
    '',
    'adapters/agents',
  ),
  fault(
    'adapters/artifacts/disk.ts',
    'if (digestOf(bytes) === digest)',
    'if (bytes.length >= 0)',
    'adapters/artifacts/disk.test.ts',
  ),
  fault(
    'adapters/secrets/value.ts',
    'if (value.length < SHORTEST_SECRET)',
    'if (value.length < 1)',
    'adapters/secrets',
  ),
  // gateway
  fault('gateway/grants.ts', "url.port === '' ? 443 : Number(url.port)", '443', 'gateway'),
  fault(
    'adapters/store/ledger/ledger.ts',
    'const amount = plus(fixed, times(each, parts));',
    'const amount = fixed;',
    'adapters/store/ledger/ledger.test.ts',
  ),
  fault(
    'gateway/dialects/allow.ts',
    'z.strictObject(',
    'z.looseObject(',
    'gateway/forwarded.test.ts',
  ),
  // cli, config, compose
  fault('cli/option-values.ts', ' || value > 65_535', '', 'cli/program.test.ts'),
  fault('engine/audit/export.ts', 'missing === 0', 'true', 'cli/export-file.test.ts'),
  fault('config/formats.ts', 'n >= low && n <= high', 'n >= low', 'config.test.ts'),
  fault('config/environment.ts', 'value?.trim()', 'value !== undefined', 'config.test.ts'),
  fault(
    'compose/http/health.ts',
    "request.method !== 'GET' && request.method !== 'HEAD'",
    "request.method !== 'GET'",
    'compose/http/health.test.ts',
    'cli/serve.test.ts',
  ),
  fault(
    'compose/telemetry/redaction-values.ts',
    "searchParams.get('password') ?? ''",
    "''",
    'compose',
    'config.test.ts',
  ),
];
