/** What an operator deploys, as far as it can be checked without an engine. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROVIDERS } from '../src/compose/agents/providers.ts';
import { variablesOf } from '../src/config/variables.ts';
import { readStoreConfig } from '../src/config.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Of the Compose Specification what is used here, with its own names and forms and no others. */
const Duration = z.string().regex(/^(\d+(us|ms|s|m|h))+$/);
const Command = z.union([z.string(), z.array(z.string())]);
const Service = z.strictObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: Command.optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']).optional(),
  security_opt: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  stop_grace_period: Duration.optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
        required: z.boolean().optional(),
      }),
    )
    .optional(),
  healthcheck: z
    .strictObject({
      test: z.union([
        z.string(),
        z.tuple([z.enum(['CMD', 'CMD-SHELL']), z.string()], z.string()),
        z.tuple([z.literal('NONE')]),
      ]),
      interval: Duration.optional(),
      timeout: Duration.optional(),
      retries: z.number().int().optional(),
      start_period: Duration.optional(),
    })
    .optional(),
});
type Service = z.infer<typeof Service>;
const Compose = z
  .object({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.null()) })
  .catchall(z.unknown())
  .refine(file =>
    Object.keys(file).every(key => ['services', 'volumes'].includes(key) || key.startsWith('x-')),
  );

const services = (): [string, Service][] => Object.entries(compose.services);
const ours = () => services().filter(([, { image }]) => image === 'gatehouse');
let compose: z.infer<typeof Compose>;
beforeAll(() => {
  compose = Compose.parse(parse(read('docker/compose.yml'), { merge: true }));
});

describe('compose.yml', () => {
  it('has the App, workers, PostgreSQL and Redis', () => {
    expect(services().map(([name]) => name)).toEqual(
      expect.arrayContaining(['serve', 'worker', 'postgres', 'redis']),
    );
    for (const [, { image, build }] of services()) expect(image ?? build).toBeTruthy();
  });

  it('gives each of ours settings that Gatehouse knows, and that it takes', () => {
    expect(ours()).toHaveLength(2);
    for (const [, { environment = {} }] of ours()) {
      for (const name of Object.keys(environment)) expect(variablesOf(PROVIDERS)).toContain(name);
      const filled = Object.entries(environment).map(([name, value]) => [name, filledIn(value)]);
      expect(readStoreConfig(Object.fromEntries(filled), PROVIDERS)).toMatchObject({ ok: true });
    }
  });

  it('passes on every setting but those that the image or the file itself decides', () => {
    const decided = ['HOST', 'PORT', 'GATEHOUSE_STATE_DIR'];
    for (const [, { environment = {} }] of ours())
      expect([...variablesOf(PROVIDERS)].filter(name => !(name in environment))).toEqual(decided);
  });

  it('starts ours with commands that there are', () => {
    const commands = [...read('src/cli/program.ts').matchAll(/\bcommand\('(\w+)/g)].map(m => m[1]);
    for (const [, { command }] of ours()) expect(commands).toContain(command?.[0]);
  });

  it('names hosts and volumes that there are, and mounts nothing of the machine', () => {
    const names = services().map(([name]) => name);
    for (const [name, service] of services()) {
      for (const other of Object.keys(service.depends_on ?? {})) {
        expect(names).toContain(other);
        // Waiting for health needs somebody who asks for it.
        if (service.depends_on?.[other]?.condition === 'service_healthy')
          expect(compose.services[other]?.healthcheck, other).toBeDefined();
      }
      for (const value of Object.values(service.environment ?? {})) {
        if (!/^[a-z0-9]+:\/\//.test(String(value)) || /^s3:/.test(String(value))) continue;
        expect(names, `${name} reaches ${value}`).toContain(new URL(filledIn(value)).hostname);
      }
      for (const volume of service.volumes ?? [])
        expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
    }
    const used = services().flatMap(([, { volumes = [] }]) => volumes.map(v => v.split(':')[0]));
    expect(new Set(used)).toEqual(new Set(Object.keys(compose.volumes)));
  });

  it('shows itself on loopback alone, and only what listens', () => {
    for (const [name, { ports = [] }] of services()) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      if (name !== 'serve') expect(ports).toEqual([]);
    }
    const [, inside] =
      /^127\.0\.0\.1:\d+:(\d+)$/.exec(compose.services.serve?.ports?.[0] ?? '') ?? [];
    expect(inside).toBe('3000');
  });

  it('asks the health of what listens where Gatehouse answers it', () => {
    const test = compose.services.serve?.healthcheck?.test ?? '';
    expect(JSON.stringify(test)).toMatch(/http:\/\/127\.0\.0\.1:3000\/ready/);
    // The worker listens to nobody.
    expect(compose.services.worker?.healthcheck).toBeUndefined();
  });

  it('gives no privilege, and longer to stop than what runs gets', () => {
    expect(read('docker/compose.yml')).not.toMatch(/privileged|docker\.sock|cap_add|network_mode/);
    const grace = Number(
      /GRACE_MS = ([\d_]+)/.exec(read('src/cli/serve.ts'))?.[1]?.replaceAll('_', ''),
    );
    for (const [, { cap_drop, stop_grace_period }] of ours()) {
      expect(cap_drop).toEqual(['ALL']);
      expect(Number.parseInt(stop_grace_period ?? '', 10) * 1_000).toBeGreaterThan(grace + 5_000);
    }
  });

  it('has no secret in it, and images of a version', () => {
    for (const [, { environment = {} }] of services())
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|SECRET|KEY/.test(name)) expect(`${value}`).toMatch(/^(\$\{.*\})?$/);
    for (const [, { image, build }] of services())
      if (!build) expect(image).toMatch(/:[\d.]+[\w.-]*$/);
  });
});

/** As Compose fills in: `${NAME:-default}` where nothing is set, the others as if something were. */
const filledIn = (value: unknown): string =>
  String(value ?? '')
    .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
    .replaceAll(/\$\{\w+(:\?[^}]*)?\}/g, 'something');

describe('Dockerfile', () => {
  /** Instructions with their lines joined, as the builder reads them. */
  const instructions = read('docker/Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest: rest.replaceAll(/\s+/g, ' ').trim() };
    });
  const all = (name: string) => instructions.filter(each => each.name === name).map(e => e.rest);
  const at = (name: string) => instructions.findIndex(each => each.name === name);
  const copied = all('COPY')
    .filter(rest => !rest.startsWith('--from='))
    .flatMap(rest => rest.split(' ').slice(0, -1));

  it('copies what is there, and everything that the program reads', () => {
    for (const source of copied) expect(existsSync(join(root, source)), source).toBe(true);
    for (const file of ['package.json', 'package-lock.json', 'app.yml', 'src', 'prisma', 'agents'])
      expect(copied).toContain(file);
    const outside = globSync('src/**/*.{ts,cjs,mjs}', { cwd: root }).flatMap(file =>
      [...read(file).matchAll(/['`]((?:\.\.\/)+[\w.-]+)/g)]
        .map(match => join(dirname(file), match[1] ?? ''))
        .filter(path => !/^(src|\.)/.test(path)),
    );
    expect(outside.length).toBeGreaterThan(0);
    for (const source of outside) expect(copied).toContain(source);
  });

  it('starts what package.json calls the program, without a shell', () => {
    const { bin } = JSON.parse(read('package.json'));
    const [entry] = all('ENTRYPOINT');
    expect(JSON.parse(entry ?? '')).toEqual(['tini', '--', 'node', bin.gatehouse]);
    expect(JSON.parse(all('CMD')[0] ?? '')).toEqual(['serve']);
  });

  it('runs as an ordinary user, whose folders were made for him', () => {
    const user = all('USER').at(-1);
    expect(user).toBe('node');
    const state = /GATEHOUSE_STATE_DIR=(\S+)/.exec(all('ENV').join(' '))?.[1] ?? '';
    expect(all('VOLUME')).toEqual([state]);
    const made = all('RUN').find(run => run.includes(state));
    expect(made).toContain(`-o ${user}`);
    expect(at('USER')).toBeGreaterThan(instructions.findIndex(({ rest }) => rest === made));
  });

  it('keeps the habits of good images', () => {
    for (const from of all('FROM')) expect(from).toMatch(/:\d[\w.-]+( AS \w+)?$/);
    expect(all('FROM').at(-1)).toContain(`node:${Number(process.versions.node.split('.')[0])}-`);
    for (const run of all('RUN')) {
      expect(run).not.toMatch(/\bsudo\b|curl .*\| *(ba)?sh|apt-get (dist-)?upgrade/);
      if (!run.includes('apt-get install')) continue;
      expect(run).toMatch(/apt-get update && apt-get install -y --no-install-recommends/);
      expect(run).toMatch(/rm -rf \/var\/lib\/apt\/lists/);
    }
    expect(all('ADD')).toEqual([]);
    expect(all('WORKDIR').every(path => path.startsWith('/'))).toBe(true);
    expect(all('ENV').join(' ')).not.toMatch(/SECRET|PASSWORD|_KEY=/);
    expect(all('ENV').join(' ')).toContain('HOST=0.0.0.0');
    expect(all('EXPOSE')).toEqual(['3000']);
  });

  it('brings what the sandbox and the bootstrap need', () => {
    const install = all('RUN').find(run => run.includes('apt-get install')) ?? '';
    for (const tool of ['bubblewrap', 'git', 'socat', 'ca-certificates', 'tini'])
      expect(install).toContain(tool);
  });

  it('leaves out what must not be in an image', () => {
    const ignored = read('docker/Dockerfile.dockerignore').split('\n');
    expect(ignored).toEqual(
      expect.arrayContaining(['node_modules', '.gatehouse', '.git', '.env', '*.pem']),
    );
    expect(copied.filter(source => ignored.includes(source))).toEqual([]);
  });
});

describe('what stands around Gatehouse on a machine', () => {
  it('systemd starts the program, and waits longer than what runs gets', () => {
    const unit = new Map(
      [...read('docker/gatehouse.service').matchAll(/^(\w+)=(.*)$/gm)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    );
    const { bin } = JSON.parse(read('package.json'));
    expect(unit.get('ExecStart')).toBe(`/usr/bin/node /opt/gatehouse/${bin.gatehouse} serve`);
    expect(unit.get('User')).toBe('gatehouse');
    expect(unit.get('Environment')).toBe('GATEHOUSE_STATE_DIR=/var/lib/gatehouse');
    expect(Number(unit.get('TimeoutStopSec'))).toBeGreaterThan(35);
    // A group for each sandbox can be made beside a group that Gatehouse itself is in, not around it.
    expect(unit.get('Delegate')?.split(' ').sort()).toEqual(['cpu', 'memory', 'pids']);
    expect(unit.get('DelegateSubgroup')).toBe('main');
    // The sandbox is built of these.
    for (const name of ['RestrictNamespaces', 'PrivateUsers', 'NoNewPrivileges', 'ProtectProc'])
      expect(unit.has(name)).toBe(false);
  });

  it.each(['nginx.conf', 'Caddyfile'])(
    '%s passes on the webhook up to its largest, and else only what is named',
    name => {
      const text = read(`docker/${name}`);
      expect(text).toContain('/api/github/webhooks {');
      expect(text).toMatch(/console.*api\/v1/);
      expect(text).toMatch(/(proxy_pass http:\/\/|reverse_proxy )127\.0\.0\.1:3000/);
      expect(text).toMatch(/25m(b)?/i);
      expect(text).toContain('404');
      expect(text.split('{').length).toBe(text.split('}').length);
    },
  );

  it('a log that is kept open is copied before it is emptied', () => {
    expect(read('docker/logrotate.conf')).toContain('copytruncate');
  });
});
