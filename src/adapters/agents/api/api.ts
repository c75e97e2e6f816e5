/**
 * An agent without a CLI: a small program of ours in the sandbox, on the AI SDK. It calls the model through
 * the gateway, and asks before each command, each change and each call of an MCP tool.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join, sep } from 'node:path';
import { z } from 'zod';
import type { AgentAdapter } from '../../../engine/ports/agent.ts';
import type { ModelRoute } from '../../../engine/ports/gateway.ts';
import { GATEWAY_ORIGIN, SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';
import { bindsOfServers, reachedServers } from '../mcp/servers.ts';
import { withSchema } from '../structured.ts';
import { VOLATILE_TEXTS } from '../volatile.ts';
import type { ApiStart } from './protocol.ts';
import { createApiReader } from './reader.ts';

const INSIDE = '/opt/gatehouse-api';
/** The Node that runs Gatehouse runs it too. */
const NODE = '/opt/gatehouse-node';
const PROGRAM = `main${extname(import.meta.filename)}`;

/** A profile names the model of an endpoint of the operator's own. */
const DEFAULT_MODELS: Partial<Record<ModelRoute['dialect'], string>> = {
  anthropic: 'claude-sonnet-4-5',
  'openai-responses': 'gpt-5.5',
  gemini: 'gemini-2.5-pro',
};

/** Some endpoints name their answers anew each time, and are told these names again. */
const VOLATILE_FIELDS = ['input.*.id', 'input.*.call_id', 'prompt_cache_key'];

export function createApi(): AgentAdapter {
  const manifest = createRequire(import.meta.url).resolve('ai/package.json');
  return {
    name: 'api',
    defaultModel: dialect => DEFAULT_MODELS[dialect] ?? null,
    volatile: { fields: VOLATILE_FIELDS, texts: VOLATILE_TEXTS },
    home: '.gatehouse-api',
    capabilities: { resume: true, readOnly: true, structured: true, usage: true },

    async probe() {
      try {
        const text = await readFile(manifest, 'utf8');
        return {
          ok: true,
          version: z.object({ version: z.string() }).parse(JSON.parse(text)).version,
        };
      } catch (error) {
        const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
        const remediation = 'Install Gatehouse anew: `ai` is one of its packages.';
        return { ok: false, problem: `The AI SDK is not there: ${why}.`, remediation };
      }
    },

    launch(request) {
      const { instructions, model, session, tools, readOnly } = request;
      if (model === null) throw new Error('the api adapter needs a model');
      const prompt = withSchema(request.prompt, request.outputSchema);
      const start: ApiStart = {
        instructions,
        prompt,
        model,
        tools,
        readOnly,
        servers: reachedServers(request),
        gateway: GATEWAY_ORIGIN,
        work: SANDBOX_WORK,
      };
      return {
        argv: [NODE, `${INSIDE}/program/${PROGRAM}`, ...(session === null ? [] : [session])],
        env: { TMPDIR: '/tmp', LANG: 'C.UTF-8', TERM: 'dumb', NO_COLOR: '1', CI: 'true' },
        homeFiles: {},
        stdin: { first: `${JSON.stringify(start)}\n` },
        masks: [],
        binds: [
          { from: join(import.meta.dirname, 'program'), to: `${INSIDE}/program` },
          { from: packagesOf(manifest), to: `${INSIDE}/node_modules` },
          { from: process.execPath, to: NODE },
          ...bindsOfServers(request),
        ],
      };
    },

    reader: createApiReader,
  };
}

/**
 * The folder in which npm has installed a package with all that it needs: the innermost, because
 * Gatehouse itself may be installed in one, beside packages of others.
 */
export function packagesOf(manifest: string): string {
  const folder = `${sep}node_modules${sep}`;
  return manifest.slice(0, manifest.lastIndexOf(folder) + folder.length - 1);
}
