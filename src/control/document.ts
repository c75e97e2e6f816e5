/** The OpenAPI document, made of the schemas of the endpoints. */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEndpoint } from './endpoint.ts';
import { PROBLEM_TYPE } from './problem.ts';

const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('What it is, for programs; it never changes.'),
    detail: z.string().describe('The message and what to do, in one.'),
    message: z.string().describe('What is wrong, for people.'),
    next: z.string().describe('What to do about it.'),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .describe('Where in the request, and what is wrong there.'),
  })
  .meta({ id: 'Problem' });

const INFO = {
  title: 'Gatehouse',
  version: '1',
  description:
    'Tasks of coding agents, what policy decided about them, who approved what, and the proof of it. See docs/api.md.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

export function apiDocument(endpoints: readonly ApiEndpoint[]) {
  const app = new OpenAPIHono();
  const { openAPIRegistry: registry } = app;
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  for (const { method, path, tag, summary, params, query, body, ok, media } of endpoints)
    registry.registerPath({
      method,
      path,
      tags: [tag],
      summary,
      operationId: `${method}${path.slice('/api/v1'.length).replace(/\W+(\w?)/g, (_, first) => first.toUpperCase())}`,
      security: [{ token: [] }],
      request: {
        params,
        query,
        ...(body && {
          body: { required: true, content: { 'application/json': { schema: body } } },
        }),
      },
      responses: {
        200: { description: 'It is answered.', content: { [media]: { schema: ok } } },
        default: {
          description: 'What is wrong, and what to do.',
          content: { [PROBLEM_TYPE]: { schema: Problem } },
        },
      },
    });
  return app.getOpenAPI31Document({ openapi: '3.1.0', info: INFO });
}
