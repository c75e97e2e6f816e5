import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run, runInside, specFor } from './run-inside.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('what a process inside sees', () => {
  test('its own environment and nothing of ours', async () => {
    process.env.GATEHOUSE_CANARY = 'canary';
    const { stdout } = await runInside('env; cat /proc/*/environ | tr "\\0" "\\n"', {
      env: { PATH: '/usr/bin:/bin', TOKEN: 'given' },
    });
    delete process.env.GATEHOUSE_CANARY;
    expect(stdout).toContain('TOKEN=given');
    expect(stdout).toContain('HOME=/home/agent');
    expect(stdout).not.toContain('canary');
  });

  test('an ordinary user, no capability, no way to more', async () => {
    const { stdout } = await runInside(
      'id -u; id -un; grep -E "Cap|NoNewPrivs|Seccomp:" /proc/self/status',
    );
    expect(stdout).toMatch(/^1000\nagent\n/);
    expect([...stdout.matchAll(/Cap\w+:\s+(\w+)/g)].map(match => match[1])).toEqual(
      Array(5).fill('0000000000000000'),
    );
    expect(stdout).toMatch(/NoNewPrivs:\s+1\nSeccomp:\s+2/);
  });

  test('only its own processes', async () => {
    const { stdout } = await runInside('cat /proc/[0-9]*/comm');
    const names = stdout.trim().split('\n');
    // Its own shell is there, and what holds the sandbox; of the host's hundreds, nothing.
    expect(names).toContain('sh');
    expect(names.length).toBeLessThan(6);
  });

  test('no file of the host beyond the allow-list', async () => {
    const { stdout } = await runInside(
      'for f in /etc/shadow /root /var /sys /boot /opt /srv /home/* /run/*; do [ -e $f ] && echo $f; done; cat /etc/passwd; cat /etc/shadow',
    );
    expect(stdout).toMatch(/^\/home\/agent\nagent:x:1000/);
    expect(stdout).not.toContain('root');
  });

  test('nothing that can be written but the work tree, home, /tmp and /dev/shm', async () => {
    const { stdout } = await runInside(
      'for d in / /usr /usr/bin /etc /run /dev /proc /proc/sys/kernel /home /bin /home/agent /tmp /dev/shm /work; do touch $d/x 2>/dev/null && echo $d; done; (echo x > /proc/sys/kernel/core_pattern) 2>/dev/null && echo core_pattern',
    );
    expect(stdout.trim().split('\n')).toEqual(['/home/agent', '/tmp', '/dev/shm', '/work']);
  });

  test('no descriptor but its own three', async () => {
    const script =
      'ls -l /proc/$$/fd; for n in $(seq 3 300); do [ -e /proc/$$/fd/$n ] && cat <&$n; done';
    const { stdout } = await run({ ...(await specFor('')), argv: ['/bin/bash', '-c', script] });
    // In place of what we were started with ourselves stands an empty input: reading it gives nothing.
    const links = stdout.trim().split('\n').slice(1);
    for (const link of links) expect(link).toMatch(/ \d+ -> socket:\[\d+\]$/);
    expect(links.length).toBeGreaterThanOrEqual(3);
  });

  test('its arguments as given, and no trace of the environment in any argument', async () => {
    const { stdout } = await run({
      ...(await specFor('')),
      argv: ['/usr/bin/printf', '%s|', 'a b', '$(id)', '', "'"],
    });
    expect(stdout).toBe("a b|$(id)||'|");
    const { stdout: lines } = await runInside('cat /proc/*/cmdline', {
      env: { PATH: '/usr/bin:/bin', SECRET: 'sesame' },
    });
    expect(lines).toContain('/proc/');
    expect(lines).not.toContain('sesame');
  });
});

describe('what a process inside reaches', () => {
  test('no network: not the host, not loopback services, not the metadata address', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { stdout } = await runInside(
      `for a in 127.0.0.1:${port} 169.254.169.254:80 1.1.1.1:443; do /usr/bin/socat -T1 - TCP:$a,connect-timeout=2 </dev/null 2>&1 | grep -o 'refused\\|unreachable' ; done; ls /sys/class/net 2>&1; cat /proc/net/dev | grep -c :`,
    );
    server.close();
    expect(stdout.split('\n').slice(0, 3)).toEqual(['refused', 'unreachable', 'unreachable']);
  });

  test('no unix socket of the host, by path or by abstract name: Redis, PostgreSQL and the like', async () => {
    const home = await temporaryFolder();
    const path = join(home, 'redis.sock');
    const sockets = [createServer().listen(path), createServer().listen('\0gatehouse-redis')];
    await Promise.all(sockets.map(each => new Promise(resolve => each.once('listening', resolve))));
    const { stdout } = await runInside(
      `/usr/bin/socat - UNIX-CONNECT:${path} </dev/null || echo no path; /usr/bin/socat - ABSTRACT-CONNECT:gatehouse-redis </dev/null || echo no name`,
    );
    for (const each of sockets) each.close();
    expect(stdout).toBe('no path\nno name\n');
  });

  test('no namespace, mount, trace, key, kernel program or terminal', async () => {
    const numbers =
      process.arch === 'x64'
        ? {
            unshare: 272,
            mount: 165,
            ptrace: 101,
            keyctl: 250,
            bpf: 321,
            ioctl: 16,
            socket: 41,
            clone: 56,
          }
        : {
            unshare: 97,
            mount: 40,
            ptrace: 117,
            keyctl: 219,
            bpf: 280,
            ioctl: 29,
            socket: 198,
            clone: 220,
          };
    const calls: [string, string][] = [
      ['unshare', `${numbers.unshare}, 0x10000000`],
      ['mount', `${numbers.mount}, 0, 0, 0, 0, 0`],
      ['ptrace', `${numbers.ptrace}, 0, 0, 0, 0`],
      ['keyctl', `${numbers.keyctl}, 0, 0`],
      ['bpf', `${numbers.bpf}, 0, 0, 0`],
      ['TIOCSTI', `${numbers.ioctl}, 0, 0x5412, 0`],
      ['clone', `${numbers.clone}, 0x10000000, 0, 0, 0, 0`],
      ['io_uring', '425, 1, 0'],
      ['clone3', '435, 0, 0'],
      ['vsock', `${numbers.socket}, 40, 1, 0`],
      ['unix', `${numbers.socket}, 1, 1, 0`],
    ];
    const perl = calls.map(
      ([name, args]) => `$! = 0; syscall(${args}); print "${name} ", $!+0, "\\n";`,
    );
    const { stdout } = await run({
      ...(await specFor('')),
      argv: ['/usr/bin/perl', '-e', perl.join('')],
    });
    expect(
      Object.fromEntries(
        stdout
          .trim()
          .split('\n')
          .map(line => line.split(' ')),
      ),
    ).toEqual({
      unshare: '1',
      mount: '1',
      ptrace: '1',
      keyctl: '1',
      bpf: '1',
      TIOCSTI: '1',
      clone: '1',
      io_uring: '38',
      clone3: '38',
      vsock: '97',
      unix: '0',
    });
  });
});

describe('what is given to it', () => {
  test('files in a fresh home, and only there', async () => {
    const { stdout } = await runInside('cat ~/.config/tool.json; ls -A ~', {
      homeFiles: { '.config/tool.json': '{"a":1}\n', 'hook.sh': 'echo' },
    });
    expect(stdout).toBe('{"a":1}\n.config\nhook.sh\n');
    for (const path of ['../x', '/etc/passwd', 'a/../../x', '', 'a//b', '.'])
      await expect(runInside('true', { homeFiles: { [path]: '' } })).rejects.toThrow(
        'must be a path below the home',
      );
  });

  test('a folder in its home that outlives it, and nothing else there does', async () => {
    const from = await temporaryFolder();
    await writeFile(join(from, 'state'), 'before');
    const { stdout } = await runInside(
      'cat ~/.agent/sessions/state; echo after > ~/.agent/sessions/state; echo lost > ~/.agent/x',
      { home: { from, to: '.agent/sessions' }, homeFiles: { '.agent/config': 'c' } },
    );
    expect(stdout).toBe('before');
    expect(await readFile(join(from, 'state'), 'utf8')).toBe('after\n');
    expect(await readdir(from)).toEqual(['state']);
    await expect(runInside('true', { home: { from, to: '../work' } })).rejects.toThrow(
      'must be a path below the home',
    );
    await expect(
      runInside('true', { home: { from: join(from, 'nowhere'), to: '.agent' } }),
    ).rejects.toThrow('it does not exist');
  });

  test('binds, read-only, also inside the work tree', async () => {
    const from = await temporaryFolder();
    await writeFile(join(from, 'tool'), 'tool');
    await chmod(from, 0o755);
    const { stdout } = await runInside(
      'cat /opt/kit/tool modules/tool; touch /opt/kit/x modules/x 2>/dev/null || echo refused',
      {
        binds: [
          { from, to: '/opt/kit' },
          { from, to: '/work/modules' },
        ],
      },
    );
    expect(stdout).toBe('tooltoolrefused\n');
  });

  test('no bind that hides a protected path, leaves the tree by a link, or does not exist', async () => {
    const from = await temporaryFolder();
    for (const to of ['/proc', '/dev/x', '/etc/shadow', '/usr/bin', '/a/../proc', 'relative', '/'])
      await expect(runInside('true', { binds: [{ from, to }] })).rejects.toThrow(
        'Nothing can be bound at',
      );
    await expect(
      runInside('true', { binds: [{ from: join(from, 'gone'), to: '/opt/gone' }] }),
    ).rejects.toThrow('does not exist');
    const path = await temporaryFolder();
    const outside = await temporaryFolder();
    await symlink(outside, join(path, 'packages'));
    await expect(
      runInside('true', {
        workTree: { kind: 'folder', path },
        binds: [{ from, to: '/work/packages/a/modules' }],
      }),
    ).rejects.toThrow('packages is a symbolic link');
  });

  test('a work tree that it can change, or only read', async () => {
    const spec = await specFor('echo new > file && cat file');
    expect((await run(spec)).stdout).toBe('new\n');
    expect((await run({ ...spec, readOnly: true })).stderr).toContain('Read-only file system');
  });

  test('an overlay: layers below untouched, and a throwaway one where it may only read', async () => {
    const root = join(await temporaryFolder(), 'with, comma: and space');
    for (const name of ['top', 'bottom', 'run/upper', 'run/work'])
      await mkdir(join(root, name), { recursive: true });
    await writeFile(join(root, 'bottom/a'), 'bottom a\n');
    await writeFile(join(root, 'bottom/b'), 'bottom b\n');
    await writeFile(join(root, 'top/b'), 'top b\n');
    const upper = join(root, 'run/upper');
    const workTree = {
      ...({ kind: 'overlay', upper, work: join(root, 'run/work') } as const),
      lower: [join(root, 'top'), join(root, 'bottom')],
    };
    const reading = await runInside('cat a b; echo x > c; cat c; rm -f a', {
      workTree,
      readOnly: true,
    });
    expect(reading.stdout).toBe('bottom a\ntop b\nx\n');
    await runInside('echo changed > c', { workTree });
    expect(await readFile(join(upper, 'c'), 'utf8')).toBe('changed\n');
    expect((await runInside('cat c a', { workTree, readOnly: true })).stdout).toBe(
      'changed\nbottom a\n',
    );
  });

  test('its input to the end, or none', async () => {
    expect((await runInside('cat; echo end', { stdin: 'in\n' })).stdout).toBe('in\nend\n');
    expect((await runInside('cat; echo end')).stdout).toBe('end\n');
  });
});
