import type { GitHub } from '../github.ts';
import { accountNodeId, simpleUser } from '../present/account.ts';
import { nodeId } from '../present/links.ts';
import { refusal } from '../rest/errors.ts';
import { accountById } from '../world/accounts.ts';

export function accountObject(github: GitHub, id: number) {
  const account = accountById(github, id);
  const { html_url, avatar_url } = simpleUser(github, account);
  return {
    __typename: account.type,
    id: accountNodeId(account),
    databaseId: account.id,
    // Here, unlike in REST, a bot's login has no suffix.
    login: account.login.replace(/\[bot\]$/, ''),
    name: account.name,
    url: html_url,
    avatarUrl: avatar_url,
  };
}

export function teamObject(github: GitHub, id: number) {
  const team = github.world.teams.get(id);
  if (!team) throw refusal(404, `Could not resolve to a Team with the id ${id}.`);
  return { __typename: 'Team', id: nodeId('T', id), slug: team.slug, name: team.name };
}
