/** Policies about what a tool of an MCP server is called with. */
import { expect, test } from 'vitest';
import { decide } from '../../src/policy/decide.ts';
import { MCP, STARTER, sound } from './starter.ts';

const SET = sound([
  ...STARTER,
  {
    name: 'arguments.cedar',
    text: `
@id("issues-of-one-repository")
@reason("Only issues of acme/widgets are read.")
forbid (principal, action == Action::"mcp.call", resource == Tool::"tracker/get_issue")
unless { resource.hasTag("repo") && resource.getTag("repo") == "acme/widgets" };
@id("labels") @reason("No private label.")
forbid (principal, action == Action::"mcp.call", resource in McpServer::"tracker")
when { resource.hasTag("filter.labels.1") && resource.getTag("filter.labels.1") like "private-*" };
@id("whole") @reason("Nothing is written.") @approvers("a maintainer of the repository") @quorum("1")
forbid (principal, action == Action::"mcp.call", resource in McpServer::"tracker")
when { resource.arguments like "*\\"write\\":true*" }
unless { context.approvals.maintainers >= 1 };`,
  },
]);

const called = (given?: Record<string, unknown>) =>
  decide(SET, {
    ...MCP,
    subject: { ...MCP.subject, servers: ['tracker/get_issue'] },
    resource: {
      kind: 'tool',
      server: 'tracker',
      name: 'get_issue',
      ...(given && { arguments: given }),
    },
  });

const repo = 'acme/widgets';

test.for([
  { given: { repo }, outcome: 'allow', policies: ['mcp-allow-list'] },
  { given: { repo: 'acme/secret' }, outcome: 'deny', policies: ['issues-of-one-repository'] },
  { given: { repo: [repo] }, outcome: 'deny', policies: ['issues-of-one-repository'] },
  { given: {}, outcome: 'deny', policies: ['issues-of-one-repository'] },
  // Facts that were kept before arguments were among them.
  { given: undefined, outcome: 'deny', policies: ['issues-of-one-repository'] },
  {
    given: { repo, filter: { labels: ['open', 'private-2'] } },
    outcome: 'deny',
    policies: ['labels'],
  },
  { given: { repo, write: true }, outcome: 'require_approval', policies: ['whole'] },
  { given: { repo, write: 1, n: null, list: [], text: 'ü "x"' }, outcome: 'allow' },
])('$given is $outcome', ({ given, outcome, policies }) => {
  const decision = called(given);
  expect(decision).toMatchObject(policies ? { outcome, policies } : { outcome });
  // Who approves reads all that it is called with.
  const text = JSON.stringify(given ?? {});
  expect(decision.resource).toBe(`tracker/get_issue${text === '{}' ? '' : ` ${text}`}`);
});

test('arguments that policy can see only a part of are denied', () => {
  let deep: unknown = 'x';
  for (let n = 0; n < 20; n++) deep = [deep];
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`a${n}`, n]));
  for (const given of [
    { repo, deep },
    { repo, ...many },
    { repo, 'a.b': 1, a: { b: 2 } },
    { repo, Repo: 'acme/secret' },
    { repo, a: [{ kind: 'x', '\u212aind': 'y' }] },
  ])
    expect(called(given)).toMatchObject({ outcome: 'deny', policies: [] });
});
