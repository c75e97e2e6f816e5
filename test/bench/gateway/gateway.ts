/** A gateway in a process of its own, as a worker has it; each time it is asked it opens one more run, and says its socket. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActAnswer } from '../../../src/core/act.ts';
import { createGateway } from '../../../src/gateway/gateway.ts';
import { answerWith } from '../child.ts';

const ALLOWED: ActAnswer = { outcome: 'allow', ruleId: 'bench', reason: '' };

const stateDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
const gateway = await createGateway({ stateDir });

answerWith<{ upstream: string }>(
  async ({ upstream }) => {
    const { folder } = await gateway.open({
      run: 'bench',
      model: {
        dialect: 'anthropic',
        upstream,
        credential: async () => 'the key of a bench',
        mayCall: async () => ALLOWED,
      },
      record: null,
      background: null,
      called: null,
      hosts: [],
      mayConnect: null,
      registries: [],
      mcp: [],
      budget: null,
      decide: null,
    });
    return join(folder, 'gw.sock');
  },
  () => rm(stateDir, { recursive: true, force: true }),
);
