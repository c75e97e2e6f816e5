/** `app.yml` asks for what the code needs, for nothing unexplained, and is what GitHub takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { OPTIONAL } from '../src/adapters/github/app/granted.ts';
import { NEEDS } from '../src/adapters/github/client/permissions.ts';
import { TRIGGERS } from '../src/compose/github/triggers.ts';

const root = join(import.meta.dirname, '..');
const text = readFileSync(join(root, 'app.yml'), 'utf8');
const manifest: {
  public: boolean;
  default_permissions: Record<string, string>;
  default_events: string[];
} = parse(text, { uniqueKeys: true, strict: true });

it('grants what every kind of call needs, but for what operators may add', () => {
  for (const [kind, needed] of Object.entries(NEEDS))
    for (const [name, level] of Object.entries(needed)) {
      if (name === OPTIONAL.name && level === OPTIONAL.wanted) continue;
      const granted = manifest.default_permissions[name];
      expect([level, 'write'], `${kind} needs ${name}: ${level}`).toContain(granted);
    }
});

it('explains each permission in the line above it', () => {
  const lines = text.split('\n');
  for (const name of Object.keys(manifest.default_permissions)) {
    const at = lines.findIndex(line => line.startsWith(`  ${name}: `));
    expect(lines[at - 1], name).toMatch(/^ {2}# .{10}/);
  }
});

/** No trigger is for these: they tell that what is kept about people is out of date. */
const ABOUT_PEOPLE = ['member', 'membership', 'organization', 'team', 'team_add'];

it('subscribes to what a trigger is for or keeps facts true; what has none yet names its issue', () => {
  const [now = '', later = ''] = text.split('  # What follows is stored and acknowledged');
  const eventsIn = (part: string) => [...part.matchAll(/^ {2}- (\w+)$/gm)].map(([, name]) => name);
  // GitHub sends these to every App without asking.
  const unasked = ['installation', 'installation_repositories', 'github_app_authorization'];
  const triggers = Object.keys(TRIGGERS).map(name => name.split('.')[0] ?? '');
  const wanted = new Set([...triggers.filter(name => !unasked.includes(name)), ...ABOUT_PEOPLE]);
  expect(eventsIn(now).sort()).toEqual([...wanted].sort());
  const explained = later.matchAll(/(?:^ {2}# .*\n)+((?: {2}- \w+\n)+)/gm);
  for (const [block] of explained) expect(block).toMatch(/Issue \d+/);
  expect([...eventsIn(now), ...eventsIn(later)]).toEqual(manifest.default_events);
});

it('names permissions and events that GitHub knows', () => {
  const contract = JSON.parse(
    readFileSync(join(root, 'test/simulator/contract/github.openapi.json'), 'utf8'),
  );
  const known = contract.schemas['app-permissions'].properties;
  for (const [name, level] of Object.entries(manifest.default_permissions))
    expect(known[name]?.enum, name).toContain(level);
  expect(manifest.public).toBe(false);
  expect(new Set(manifest.default_events).size).toBe(manifest.default_events.length);
});
