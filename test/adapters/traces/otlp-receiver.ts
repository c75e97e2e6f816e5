/**
 * A collector: it takes what OTLP over HTTP brings, and holds it to the published description, which is
 * `opentelemetry/proto/collector/trace/v1/trace_service.proto` in its JSON form, field by field.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
/** A 64-bit number of the protocol is a text of decimal digits in JSON, or a number. */
const Int64 = z.union([z.string().regex(/^-?\d+$/), z.number().int()]);
const Nanos = z.union([z.string().regex(/^\d{19}$/), z.number().int().positive()]);

const AnyValue = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ intValue: Int64 }),
  z.strictObject({ doubleValue: z.number() }),
]);
const KeyValue = z.strictObject({ key: z.string().min(1), value: AnyValue });
const count = z.number().int().nonnegative().optional();

const Span = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16).optional(),
  traceState: z.string().optional(),
  flags: z.number().int().nonnegative(),
  name: z.string().min(1),
  /** INTERNAL to CONSUMER. */
  kind: z.number().int().min(1).max(5),
  startTimeUnixNano: Nanos,
  endTimeUnixNano: Nanos,
  attributes: z.array(KeyValue),
  droppedAttributesCount: count,
  events: z.array(z.unknown()).max(0),
  droppedEventsCount: count,
  links: z.array(z.unknown()).max(0),
  droppedLinksCount: count,
  status: z.strictObject({ code: z.number().int().min(0).max(2), message: z.string().optional() }),
});

const ExportTraceServiceRequest = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({
        attributes: z.array(KeyValue),
        droppedAttributesCount: count,
        entityRefs: z.array(z.unknown()).optional(),
      }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({
            name: z.string(),
            version: z.string().optional(),
            attributes: z.array(KeyValue).optional(),
            droppedAttributesCount: count,
          }),
          spans: z.array(Span),
          schemaUrl: z.string().optional(),
        }),
      ),
      schemaUrl: z.string().optional(),
    }),
  ),
});

export type ReceivedSpan = {
  name: string;
  trace: string;
  id: string;
  parent: string | null;
  kind: number;
  ms: number;
  failed: boolean;
  attributes: Record<string, string | number | boolean>;
};

export type OtlpReceiver = Awaited<ReturnType<typeof startOtlpReceiver>>;

export async function startOtlpReceiver(answer: { status?: number } = {}) {
  const spans: ReceivedSpan[] = [];
  const resources: Record<string, unknown>[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const faults: string[] = [];
  let bodies = '';
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request).catch(() => null);
    // Whoever sends it has ended.
    if (chunks === null) return;
    const body = Buffer.concat(chunks).toString('utf8');
    bodies += body;
    headers.push(request.headers);
    const fault = (text: string) => faults.push(text);
    if (request.method !== 'POST' || request.url !== '/v1/traces')
      fault(`${request.method} ${request.url}`);
    if (request.headers['content-type'] !== 'application/json') fault('not JSON');
    const read = ExportTraceServiceRequest.safeParse(JSON.parse(body));
    if (!read.success) fault(z.prettifyError(read.error));
    else
      for (const { resource, scopeSpans } of read.data.resourceSpans) {
        resources.push(valuesOf(resource.attributes));
        for (const span of scopeSpans.flatMap(scope => scope.spans))
          spans.push({
            name: span.name,
            trace: span.traceId,
            id: span.spanId,
            parent: span.parentSpanId ?? null,
            kind: span.kind,
            ms: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
            failed: span.status.code === 2,
            attributes: valuesOf(span.attributes),
          });
      }
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    resources,
    headers,
    faults,
    /** All that was ever sent, as it was. */
    text: () => bodies,
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

const valuesOf = (attributes: z.infer<typeof KeyValue>[]) =>
  Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [[kind, plain]] = Object.entries(value) as [[string, string | number | boolean]];
      return [key, kind === 'intValue' ? Number(plain) : plain];
    }),
  );
