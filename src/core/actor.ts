/** Who acts, in what role, and what an event belongs to. Ids decide; names are only shown. */
import { z } from 'zod';

export const Person = z.strictObject({ id: z.number().int(), login: z.string() });
export type Person = z.infer<typeof Person>;

/** GitHub's own account for those that are gone. Nobody is known by it: whoever it stands for may be anybody. */
export const GHOST = { id: 10_137, login: 'ghost' } as const satisfies Person;

/** What a person may do in a repository, from the least to the most. */
export const Role = z.enum(['none', 'read', 'triage', 'write', 'maintain', 'admin']);
export type Role = z.infer<typeof Role>;

/** Whether a role is at least this one. */
export const hasRole = (role: Role, least: Role): boolean =>
  Role.options.indexOf(role) >= Role.options.indexOf(least);

export const lowerRole = (one: Role, other: Role): Role => (hasRole(one, other) ? other : one);

/** An account on GitHub; its numeric id is what decides. */
export const Account = z.strictObject({
  id: z.number().int(),
  login: z.string(),
  type: z.enum(['User', 'Bot', 'Organization', 'Mannequin']),
});
export type Account = z.infer<typeof Account>;

/** A person, by what GitHub itself said of them. */
export const PersonActor = z.strictObject({ kind: z.literal('person'), ...Person.shape });
export type PersonActor = z.infer<typeof PersonActor>;

/**
 * Whoever may run commands where Gatehouse is deployed, under the name of their account on that
 * machine. Nobody's account on GitHub: an operator approves nothing.
 */
export const Operator = z.strictObject({ kind: z.literal('operator'), name: z.string() });
export type Operator = z.infer<typeof Operator>;

/** Who may steer a task that works: stop it, pause it, have it go on. */
export const Steerer = z.discriminatedUnion('kind', [PersonActor, Operator]);
export type Steerer = z.infer<typeof Steerer>;

export const steererOf = ({ id, login }: Person): Steerer => ({ kind: 'person', id, login });

/** As people on GitHub are told: what somebody is called on a machine of ours is for the log alone. */
export const steeredBy = (by: Steerer): string => (by.kind === 'person' ? by.login : 'an operator');

/** A machine token, and the project that it was issued for. */
export const TokenActor = z.strictObject({
  kind: z.literal('token'),
  id: z.string(),
  project: z.string(),
});
export type TokenActor = z.infer<typeof TokenActor>;

export const Actor = z.discriminatedUnion('kind', [
  PersonActor,
  Operator,
  TokenActor,
  z.strictObject({ kind: z.literal('agent'), name: z.string() }),
  z.strictObject({ kind: z.literal('gatehouse') }),
  z.strictObject({ kind: z.literal('github') }),
]);
export type Actor = z.infer<typeof Actor>;

export const GATEHOUSE: Actor = { kind: 'gatehouse' };

/** Correlation ids: what a record belongs to, for logs, traces and the audit. */
export const Correlation = z.strictObject({
  task: z.string().optional(),
  run: z.string().optional(),
  agent: z.string().optional(),
  artifact: z.string().optional(),
  delivery: z.string().optional(),
  /** How a person acted, where it was not on GitHub. */
  via: z.literal('console').optional(),
});
export type Correlation = z.infer<typeof Correlation>;

export const Repository = z.strictObject({
  id: z.number().int(),
  owner: z.string(),
  name: z.string(),
  installation: z.number().int(),
});
export type Repository = z.infer<typeof Repository>;
