/** Whether an agent's profile names what it asks for: a path, a command, a host, a server, its model. */
import { foldPath } from '../core/fold-path.ts';
import type { Facts, Subject } from './facts.ts';

export function profileMatches(subject: Subject, resource: Facts['resource']): boolean {
  switch (resource.kind) {
    case 'path':
      return profileNamesPath(subject, resource.path);
    case 'command':
      return subject.commands.some(words => startsWith(resource.argv, words));
    case 'host':
      return subject.hosts.some(host => hostIs(host, resource));
    case 'tool':
      return subject.servers.includes(resource.server);
    case 'model':
      return subject.model === resource.name;
    default:
      return false;
  }
}

/** `.` names the whole repository. */
export function profileNamesPath(subject: Subject, path: string): boolean {
  const folded = foldPath(path);
  return subject.paths
    .map(foldPath)
    .some(name => name === '' || folded === name || folded.startsWith(`${name}/`));
}

const startsWith = (argv: string[], words: string[]): boolean =>
  words.every((word, at) => argv[at] === word);

/** `name` (every port of it) or `name:port`; a name stands for itself only, not for what is below it. */
const hostIs = (granted: string, asked: { name: string; port: number }): boolean => {
  const [name = '', port] = granted.toLowerCase().split(':');
  return name === asked.name.toLowerCase() && (port === undefined || Number(port) === asked.port);
};
