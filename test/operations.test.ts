/** What docs/operations.md says to type is there, parses, and works as far as it can be tried here. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../src/cli/program.ts';
import { PROVIDERS } from '../src/compose/agents/providers.ts';
import { createServices } from '../src/compose.ts';
import { variablesOf } from '../src/config/variables.ts';

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(resolve(root, 'docs/operations.md'), 'utf8');

/** The indented lines outside of fences; one that continues the line before is joined with it. */
const unfenced = page.replaceAll(/^```[\s\S]*?^```$/gm, '');
const lines = [...unfenced.replaceAll(/\\\n */g, ' ').matchAll(/^ {4}(\S.*)$/gm)].map(
  ([, line = '']) => line,
);
const isSetting = (line: string) => /^[A-Z][A-Z0-9_]*=/.test(line);
const commands = lines.filter(line => !isSetting(line));

/** Of the machine, of what the page names as needed, or of the text around the command. */
const PROGRAMS = new Set(
  'alias docker gatehouse git install mkdir node npm openssl pg_dump pg_restore sudo systemctl tar umask vault'.split(
    ' ',
  ),
);
const NODE_GATEHOUSE = /^node \S*src\/boot\.cjs /;

const program = createProgram(createServices({}));
const find = (among: readonly Command[], name: string) => among.find(each => each.name() === name);

it('there are commands and settings to look at', () => {
  expect(commands.length).toBeGreaterThan(20);
  expect(lines.filter(isSetting).length).toBeGreaterThan(3);
});

it.each(commands)('%s', line => {
  expect(spawnSync('bash', ['-n', '-c', line]).status).toBe(0);
  for (const part of line.replace(/\s#.*$/, '').split(/ [|] | && /)) {
    const plain = part.replace(NODE_GATEHOUSE, 'gatehouse ').trim();
    const [name = '', ...words] = plain.split(/\s+/);
    expect(PROGRAMS, name).toContain(name);
    if (name !== 'gatehouse') continue;
    const [first = '', ...rest] = words;
    const command = find(program.commands, first);
    expect(command, `gatehouse ${first}`).toBeDefined();
    const [second = ''] = rest;
    const inner = command && (find(command.commands, second) ?? command);
    const known = inner?.options.map(({ long }) => long);
    for (const option of rest.filter(word => word.startsWith('--')))
      expect(known).toContain(option);
  }
});

it.each(lines.filter(isSetting))('%s', line => {
  expect(variablesOf(PROVIDERS)).toContain(line.split('=', 1)[0]);
});

it('each setting that the page names is one', () => {
  const named = [...page.matchAll(/`(GATEHOUSE_\w+|LOG_\w+|GHE_\w+|S3_\w+)/g)].map(m => m[1]);
  for (const name of named) expect(variablesOf(PROVIDERS)).toContain(name);
});

it('each command that the page names is one', () => {
  for (const [, name = ''] of page.matchAll(/`gatehouse ([a-z]+)/g))
    expect(name === 'help' || find(program.commands, name), name).toBeTruthy();
});

describe('what stands around Gatehouse is taken by the programs that read it', () => {
  const at = (path: string) => resolve(root, path);
  const has = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  const when = (name: string, why: string, check: () => void) => {
    if (!has(name)) console.log(`skipped: ${name} is not installed (${why})`);
    it.skipIf(!has(name))(name, check);
  };

  when('systemd-analyze', 'apt-get install systemd', () => {
    // The unit names paths of a machine that this one is not.
    const said = spawnSync('systemd-analyze', ['verify', at('docker/gatehouse.service')], {
      encoding: 'utf8',
    });
    const faults = said.stderr.split('\n').filter(line => line.includes('gatehouse.service:'));
    const known = /is not executable|boot\.cjs|user|EnvironmentFile/i;
    const version = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout;
    // The page says what becomes of the unit there.
    const isOlder = Number(/^systemd (\d+)/.exec(version)?.[1]) < 254;
    const unknown = (line: string) => isOlder && line.includes("Unknown key 'DelegateSubgroup'");
    expect(faults.filter(line => !known.test(line) && !unknown(line))).toEqual([]);
  });
  when('nginx', 'apt-get install nginx', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-nginx-'));
    try {
      const certificate = ['-keyout', join(folder, 'key'), '-out', join(folder, 'certificate')];
      execFileSync('openssl', [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=x', ...certificate],
      ]);
      const site = readFileSync(at('docker/nginx.conf'), 'utf8')
        .replaceAll(/\S+fullchain\.pem/g, join(folder, 'certificate'))
        .replaceAll(/\S+privkey\.pem/g, join(folder, 'key'));
      // nginx makes these folders even where it only looks.
      const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        name => `${name}_temp_path ${join(folder, name)};`,
      );
      const file = join(folder, 'nginx.conf');
      writeFileSync(
        file,
        `pid ${join(folder, 'pid')}; events {} http { access_log off; ${kept.join(' ')} ${site} }`,
      );
      execFileSync('nginx', ['-t', '-e', join(folder, 'errors'), '-p', folder, '-c', file]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  when('caddy', 'apt-get install caddy', () => {
    execFileSync('caddy', [
      'validate',
      '--adapter',
      'caddyfile',
      '--config',
      at('docker/Caddyfile'),
    ]);
  });
  when('logrotate', 'apt-get install logrotate', () => {
    execFileSync('logrotate', ['--debug', '--state', '/dev/null', at('docker/logrotate.conf')]);
  });
  it('the files that the page links are there', () => {
    for (const [, path = ''] of page.matchAll(/\]\(\.\.\/(docker\/[\w.-]+)\)/g))
      expect(existsSync(at(path)), path).toBe(true);
  });
});
