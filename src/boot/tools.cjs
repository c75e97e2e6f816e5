'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { run, say } = require('./say.cjs');

/** What the sandbox is built of: program → package (the same name everywhere we know). */
const TOOLS = { bwrap: 'bubblewrap', socat: 'socat' };

const MANAGERS = [
  {
    name: 'apt-get',
    typed: 'apt-get install',
    // Another apt may be at work on a fresh machine: wait for its lock.
    install: ['-qq', '-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends'],
    refresh: ['-qq', 'update'],
  },
  { name: 'dnf', typed: 'dnf install', install: ['install', '-y'], refresh: ['makecache'] },
  { name: 'apk', typed: 'apk add', install: ['add'], refresh: ['update'] },
];

const onPath = program =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .some(folder => folder !== '' && fs.existsSync(path.join(folder, program)));

function missingTools() {
  if (process.platform !== 'linux') return [];
  return Object.keys(TOOLS).filter(program => !onPath(program));
}

/**
 * With the system's package manager where we may, else unpacked beside the project, else by telling
 * people what to type. Never throws: what needs the sandbox refuses to start without it and says so.
 */
function provideTools(state, programs) {
  const packages = programs.map(program => TOOLS[program]);
  const manager = MANAGERS.find(({ name }) => onPath(name));
  const rights =
    process.getuid() === 0 ? [] : run('sudo', ['-n', 'true']).ok ? ['sudo', '-n'] : null;

  if (manager !== undefined && rights !== null) {
    say(`installing ${packages.join(' and ')} with ${manager.name} …`);
    const ask = args => {
      const [command, ...rest] = [...rights, manager.name, ...args];
      return run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    };
    if (ask([...manager.install, ...packages]).ok) return;
    ask(manager.refresh);
    const end = ask([...manager.install, ...packages]);
    if (end.ok) return;
    say(end.said);
  } else if (manager?.name === 'apt-get' && unpack(state, packages, programs)) {
    return;
  }
  const command = `sudo ${manager?.typed ?? '<your package manager> install'} ${packages.join(' ')}`;
  say(
    `agents need a sandbox, and ${packages.join(' and ')} can't be installed from here. Type once:\n    ${command}`,
  );
}

/** For an ordinary user on Debian and its kin: fetch the packages and unpack them, nothing installed. */
function unpack(state, packages, programs) {
  say(`unpacking ${packages.join(' and ')} beside the project …`);
  const part = path.join(state, 'tools.part');
  const tools = path.join(state, 'tools');
  fs.rmSync(part, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    fs.mkdirSync(path.join(part, folder), { recursive: true });
  const apt = (options, ...args) => run('apt-get', [...options, ...args], { cwd: part });

  // The machine's package lists where it has them, else our own.
  const ours = ['-o', `Dir::State::lists=${part}/lists`, '-o', `Dir::Cache=${part}/cache`];
  const options = ['-qq', '-o', 'Debug::NoLocking=1'];
  const plan = () => apt(options, '-s', '--no-install-recommends', 'install', ...packages);
  let planned = plan();
  if (!planned.ok) {
    options.push(...ours);
    apt(options, 'update');
    planned = plan();
  }
  // With the libraries they need and this machine lacks: the sandbox knows where they lie.
  const needed = [...planned.said.matchAll(/^Inst (\S+)/gm)].map(match => match[1]);
  if (!planned.ok || !apt(options, 'download', ...new Set([...packages, ...needed])).ok)
    return false;
  const unpacked = path.join(part, 'unpacked');
  for (const file of fs.readdirSync(part).filter(name => name.endsWith('.deb')))
    if (!run('dpkg', ['-x', file, unpacked], { cwd: part }).ok) return false;
  fs.rmSync(tools, { recursive: true, force: true });
  fs.renameSync(unpacked, tools);
  fs.rmSync(part, { recursive: true });
  return programs.every(program => fs.existsSync(path.join(tools, 'usr/bin', program)));
}

module.exports = { missingTools, provideTools };
