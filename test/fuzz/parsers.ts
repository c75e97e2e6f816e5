/** The parsers of foreign text that are fuzzed, each with texts to begin with. */
import { classify } from '../../src/adapters/agents/acp/classify.ts';
import { readLine } from '../../src/adapters/agents/acp/messages.ts';
import { createClaudeReader } from '../../src/adapters/agents/claude/reader.ts';
import { createCodexReader } from '../../src/adapters/agents/codex/reader.ts';
import { createStderrReader } from '../../src/adapters/agents/codex/stderr.ts';
import { parseJsonLine } from '../../src/adapters/agents/json-line.ts';
import { failedCall } from '../../src/adapters/agents/opencode/dialect.ts';
import { structuredOf } from '../../src/adapters/agents/structured.ts';
import { jsonObjectFault } from '../../src/adapters/github/receive/json-fault.ts';
import {
  exactCode,
  inert,
  inertParagraphs,
  inertPlain,
  outputBlock,
} from '../../src/adapters/github/surfaces/inert.ts';
import { findCommands } from '../../src/adapters/github/triggers/find-commands.ts';
import { sanitizeOutput } from '../../src/adapters/workspace/git/sanitize-output.ts';
import { denied } from '../../src/core/act.ts';
import { matches, parseCodeowners } from '../../src/core/approvals/codeowners-file.ts';
import { parseCommandLine } from '../../src/core/command-line.ts';
import { takeBase } from '../../src/core/commands/base-option.ts';
import { describeLine } from '../../src/core/journal-words.ts';
import { redact } from '../../src/core/redaction/redact.ts';
import { readArgv, readShellLine } from '../../src/core/shell/read-line.ts';
import { plainLines } from '../../src/engine/attempt/result/failed-output.ts';
import type { AgentChannel } from '../../src/engine/ports/agent.ts';
import type { ModelRequest } from '../../src/gateway/dialects/dialect.ts';
import { DIALECTS } from '../../src/gateway/dialects.ts';
import { codeIn } from '../../src/gateway/last-call.ts';
import { createMeter } from '../../src/gateway/meter.ts';
import { inspectChange } from '../../src/patch/inspect-change.ts';
import { problemsIn } from '../../src/toolchain/output/problems.ts';
import { change, entry } from '../patch/change.ts';
import { type Parser, REPOSITORY_PARSERS } from './repository-parsers.ts';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const JWT = `eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9.c2ln${'x1'.repeat(20)}`;
const PEM = `-----BEGIN ${'PRIVATE'} KEY-----\nMIIEowIBAAKC\n-----END ${'PRIVATE'} KEY-----`;
/** Nothing is allowed, and nobody listens. */
const silent: AgentChannel = {
  write() {},
  close() {},
  decide: async () => denied(''),
  report() {},
};
const request = { prompt: 'p', readOnly: false, model: null, resume: null } as never;

const inspected = (path: string, ...seeds: string[]): Parser => ({
  name: `change of ${path}`,
  seeds,
  parse: text => {
    const half = text.length >> 1;
    inspectChange(change(entry(path, { before: text.slice(0, half), after: text })));
  },
});

export const PARSERS: Parser[] = [
  {
    name: 'redaction',
    seeds: [`a ${TOKEN}\n${JWT}`, PEM, '{"a":"https:\\/\\/u:passw@h","b":"\\u0067"}'],
    parse: text => {
      redact(text, ['my own secret']);
      const json = JSON.stringify({ text, more: 1 });
      JSON.parse(redact(json, ['my own secret']));
      redact(redact(text));
    },
  },
  {
    name: 'surfaces',
    seeds: ['hi @bob `x` fixes #1 [skip ci]\n\nSigned-off-by: a', '```\na\n```', '\u001b[31mred'],
    parse: text => [
      inert(text),
      inertPlain(text),
      inertParagraphs(text),
      exactCode(text),
      outputBlock(text, { lines: 20, bytes: 4000 }),
      sanitizeOutput(text, ['secret']),
    ],
  },
  {
    name: 'answers of agents',
    seeds: ['{"summary":"a"}', 'text\n```json\n{"a":[1]}\n```\n', '[[[{"a":"\\u00e9"}]]]'],
    parse: text => [structuredOf(text), parseJsonLine(text)],
  },
  {
    name: 'output of codex',
    seeds: [
      '{"id":2,"result":{"thread":{"id":"t"}}}',
      '{"method":"item/completed","params":{"threadId":"t","turnId":"u","item":{"id":"i","type":"agentMessage","text":"a"}}}',
      '{"method":"error","params":{"threadId":"t","turnId":"u","willRetry":true,"error":{"message":"status 429","codexErrorInfo":{"httpConnectionFailed":{"httpStatusCode":429}}}}}',
      '{"method":"item/commandExecution/requestApproval","id":0,"params":{"kind":"command","itemId":"i","command":"ls"}}',
      '2026-01-01T00:00:00Z ERROR a::b: error=Rejected("`ls` rejected: no")',
    ],
    parse: text => {
      const reader = createCodexReader(request, silent, 'm');
      const stderr = createStderrReader();
      for (const line of text.split('\n')) {
        reader.line('stdout', line);
        stderr(line);
      }
    },
  },
  {
    name: 'output of claude',
    seeds: [
      '{"type":"system","subtype":"init","session_id":"s","model":"m"}',
      '{"type":"system","subtype":"api_retry","error":"rate_limit","error_status":429,"retry_delay_ms":5}',
      '{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"ls"}}]}}',
      '{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":"a","is_error":true}]}}',
      '{"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool","tool_name":"Edit","tool_use_id":"t","input":{"file_path":"a"}}}',
      '{"type":"result","subtype":"success","is_error":false,"result":"a","model_usage_since_last_result":{"m":{"inputTokens":1,"outputTokens":1}}}',
    ],
    parse: text => {
      const reader = createClaudeReader({ tools: [], servers: [] }, silent);
      for (const line of text.split('\n')) {
        reader.line('stdout', line);
        reader.line('stderr', line);
      }
      reader.end({ exitCode: 1, signal: null, by: 'exit', outOfMemory: false, ms: 1 });
    },
  },
  {
    name: 'answers of models',
    seeds: [
      'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":3}}\n\n',
      'data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\ndata: [DONE]\n\n',
      'data: {"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":2}}}\r\n\r\n',
      'data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":1}}\n\n',
      'data: {"type":"error","error":{"type":"overloaded_error"}}\n\n',
    ],
    parse: text => {
      for (const dialect of Object.values(DIALECTS))
        for (const isStreamed of [true, false]) {
          const meter = createMeter(dialect, 100, isStreamed);
          meter.feed(Buffer.from(text));
          [meter.usage(), meter.error(), codeIn(text)];
        }
    },
  },
  {
    name: 'requests to models',
    seeds: [
      '{"model":"m","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"a"}]}',
      '{"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}],"tools":[{"type":"function","name":"f","parameters":{}}]}',
      '{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"maxOutputTokens":1}}',
    ],
    parse: text => {
      const read = parseJsonLine(text);
      if (!read.ok) return;
      for (const dialect of Object.values(DIALECTS)) {
        const request = dialect.request.safeParse(read.value);
        if (!request.success) continue;
        const body = request.data as ModelRequest;
        [dialect.model('/v1/models/m:generateContent', body), dialect.output(body)];
        [dialect.prepare(body, 5), dialect.background(body)];
      }
    },
  },
  {
    name: 'lines of journals',
    seeds: [
      '{"ts":"2026-01-01T00:00:00Z","adapter":"a","version":"1","event":{"type":"message","text":"\u001b[31ma"}}',
      '{"expired":"2026-01-01T00:00:00Z"}',
    ],
    parse: text => text.split('\n').map(describeLine),
  },
  {
    name: 'output over ACP',
    seeds: [
      '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":1}}',
      '{"jsonrpc":"2.0","method":"session/update","params":{"update":{"sessionUpdate":"tool_call","toolCallId":"c","kind":"edit","content":[{"type":"diff","path":"a"}],"locations":[{"path":"a"}]}}}',
      '{"jsonrpc":"2.0","id":1,"method":"session/request_permission","params":{}}',
      '{"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"status: 429"}}',
      'level=ERROR message="stream error" error.error="AI_APICallError: a"',
    ],
    parse: text =>
      text.split('\n').map(line => [readLine(line), classify(line, null), failedCall(line)]),
  },
  {
    name: 'output of commands',
    seeds: [
      'src/a.ts(1,2): error TS1: x\n',
      '___ test_a ___\nE   assert 1\na.py:5: AssertionError',
      "error[E1]: a\n --> src/a.rs:1:1\nthread 'a' panicked at src/a.rs:1:1:\nb",
      "not ok 1 - a\n  ---\n  location: '/work/a.js:1:1'\n  ...",
      '--- FAIL: TestA\n    a_test.go:5: no\nFAIL\tx/y\n',
    ],
    parse: text => problemsIn(plainLines(text), { root: '/work', directory: '', goModule: 'x' }),
  },
  {
    name: 'CODEOWNERS',
    seeds: ['* @a\n/docs/ @o/t a@b.c\n*.js\n', 'a\\ b @c # d\n!x @y\n**/z?* @q'],
    parse: text => {
      for (const { pattern } of parseCodeowners(text).lines) matches(pattern, 'docs/a/b.js');
    },
  },
  {
    name: 'comments',
    seeds: [
      '/agent fix\n\n> quoted\n',
      'a\n```\n/agent stop\n```\n/agent fix --base x',
      '| a |\n|-|\n',
    ],
    parse: text => findCommands(text.slice(0, 500), 'issue'),
  },
  {
    name: 'command lines',
    seeds: ['npm test -- "a b" \'c\' d\\ e', 'env A=1 sh -c "ls"', '--base main x'],
    parse: text => [parseCommandLine(text), takeBase(text)],
  },
  {
    name: 'shell lines',
    seeds: [
      'cd src && A=1 npm test 2>&1 | tail -20 > out',
      'for f in *.js; do node --check "$f"; done; if [ -f a ]; then $(cat b); fi',
      "cat > a <<'EOF'\nx $(y)\nEOF\nbash -lc 'ls `id`' && xargs -I{} git {}",
    ],
    parse: text => [readShellLine(text), readArgv(['sh', '-c', text])],
  },
  {
    name: 'deliveries',
    seeds: ['{"a":{"b":[1,"\\u0000"]}}', ' {"a":1}x'],
    parse: text => jsonObjectFault(Buffer.from(text)),
  },
  inspected('test/a.test.ts', "test('a', () => { expect(1).toBe(1); });\n", 'it.skip(`x`, f)'),
  inspected('tests/test_a.py', 'def test_a():\n    assert f() == 1\n', 'with suppress(A):\n  pass'),
  inspected('a_test.go', 'package a\nfunc TestA(t *testing.T) { t.Fatal("x") }\n'),
  inspected('tests/a.rs', '#[test]\nfn a() { assert_eq!(1, 1); }\n'),
  inspected('spec/a_spec.rb', "it 'a' do\n expect(1).to eq 1\nend\n"),
  inspected('package.json', '{"scripts":{"test":"x","postinstall":"y"},"jest":{"a":1}}'),
  inspected('scripts/check.sh', 'npm test || true\nset +e\nfail_under = 3\n"coverage": 90'),
  ...REPOSITORY_PARSERS,
];
