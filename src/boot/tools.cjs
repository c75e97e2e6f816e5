'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { print, run } = require('./terminal.cjs');

/** Programs that the sandbox needs → their packages, which have these names in each distribution. */
const TOOLS = { bwrap: 'bubblewrap', socat: 'socat' };

const MANAGERS = [
  {
    name: 'apt-get',
    command: 'apt-get install',
    // On a new machine another apt may be running; its lock is waited for.
    install: ['-qq', '-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends'],
    refresh: ['-qq', 'update'],
  },
  { name: 'dnf', command: 'dnf install', install: ['install', '-y'], refresh: ['makecache'] },
  { name: 'apk', command: 'apk add', install: ['add'], refresh: ['update'] },
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
 * Installs the programs with the system's package manager where this user may, else unpacks them
 * beside the project, else prints the command that a person must run. It never throws, because
 * commands that need the sandbox report it themselves.
 */
function provideTools(state, programs) {
  const packages = programs.map(program => TOOLS[program]);
  const manager = MANAGERS.find(({ name }) => onPath(name));
  const rights =
    process.getuid() === 0 ? [] : run('sudo', ['-n', 'true']).ok ? ['sudo', '-n'] : null;

  if (manager !== undefined && rights !== null) {
    print(`installing ${packages.join(' and ')} with ${manager.name} …`);
    const runManager = args => {
      const [command, ...rest] = [...rights, manager.name, ...args];
      return run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    };
    if (runManager([...manager.install, ...packages]).ok) return;
    runManager(manager.refresh);
    const end = runManager([...manager.install, ...packages]);
    if (end.ok) return;
    print(end.output);
  } else if (manager?.name === 'apt-get' && unpack(state, packages, programs)) {
    return;
  }
  const command = `sudo ${manager?.command ?? '<your package manager> install'} ${packages.join(' ')}`;
  print(
    `agents need a sandbox, and ${packages.join(' and ')} can't be installed from here. Run once:\n    ${command}`,
  );
}

/** Downloads and unpacks the packages without installing them, for an ordinary user on Debian or alike. */
function unpack(state, packages, programs) {
  print(`unpacking ${packages.join(' and ')} beside the project …`);
  const part = path.join(state, 'tools.part');
  const tools = path.join(state, 'tools');
  fs.rmSync(part, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    fs.mkdirSync(path.join(part, folder), { recursive: true });
  const apt = (options, ...args) => run('apt-get', [...options, ...args], { cwd: part });

  // The machine's package lists are used where it has them, else lists of our own.
  const ownLists = ['-o', `Dir::State::lists=${part}/lists`, '-o', `Dir::Cache=${part}/cache`];
  const options = ['-qq', '-o', 'Debug::NoLocking=1'];
  const plan = () => apt(options, '-s', '--no-install-recommends', 'install', ...packages);
  let planned = plan();
  if (!planned.ok) {
    options.push(...ownLists);
    apt(options, 'update');
    planned = plan();
  }
  // Libraries that the packages need and that are missing here are unpacked too; the sandbox finds them.
  const needed = [...planned.output.matchAll(/^Inst (\S+)/gm)].map(match => match[1]);
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
