/** The resource of a question, of whatever kind it is. */
import { CALL_RESOURCES } from './actions/calls.ts';
import { CHANGE_RESOURCES } from './actions/changes.ts';
import { ISSUE_RESOURCES } from './actions/issues.ts';
import { START_RESOURCES } from './actions/starts.ts';
import { Facts } from './facts.ts';
import type { Resource, ResourceKind, ShortResource, Subject } from './question.ts';

type Fact = Facts['resource'];
type Kinds = { [K in Fact['kind']]: ResourceKind<Extract<Fact, { kind: K }>> };

const KINDS: Kinds = {
  ...START_RESOURCES,
  ...CALL_RESOURCES,
  ...CHANGE_RESOURCES,
  ...ISSUE_RESOURCES,
};

const kindOf = ({ kind }: Fact): ResourceKind<Fact> => KINDS[kind];

/** As Cedar's entity, with its ancestors, and as people name it. */
export const resourceOf = ({ resource, repository }: Facts): Resource =>
  kindOf(resource).resource(resource, repository);

/** Whether the agent's profile names what it asks for: a path, a command, a host, a server, its model. */
export const profileNames = (subject: Subject, resource: Fact): boolean =>
  kindOf(resource).profile?.names(subject, resource) ?? false;

/** The subject as if its profile named the resource; `null` where profiles name nothing of its kind. */
export const asNamed = (subject: Subject, resource: Fact) =>
  kindOf(resource).profile?.naming(subject, resource) ?? null;

/** From a table of tests; `null` where the text is no resource of the action. */
export function readResource(short: ShortResource): Fact | null {
  const asked = Facts.options.find(({ shape }) => shape.action.value === short.action);
  const kind = asked?.shape.resource.shape.kind.value;
  return kind === undefined ? null : KINDS[kind].read(short);
}
