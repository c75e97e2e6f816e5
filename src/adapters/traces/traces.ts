/**
 * Traces by OTLP over HTTP. Spans wait in a bounded queue and are sent in batches beside the work: a
 * collector that is slow, away or wrong costs spans, and nothing else.
 */
import { DiagLogLevel, diag, type HrTime, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Observe } from '../../engine/ports/telemetry.ts';
import { within } from '../../engine/ports/time-limit.ts';
import { createKeeps, type SamplerName } from './sampler.ts';
import { spanOf, type TaskSpan } from './spans.ts';

export type TraceOptions = {
  /** With its path. */
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  /** What is said of this process, `service.name` among it. */
  resource: Record<string, string>;
  sampler: { name: SamplerName; ratio: number };
};

export type Traces = {
  observe: Observe;
  /** Sends what waits, for a short time, and nothing after it. */
  close(): Promise<void>;
};

/** A process that ends waits no longer for its last spans. Milliseconds. */
const LAST_MS = 2_000;
const SCOPE = { name: 'gatehouse' };

export function createTraces(
  { url, headers, timeoutMs, resource, sampler }: TraceOptions,
  of: { traceIdOf: (task: string) => string; warn: (problem: string) => void },
): Traces {
  const { traceIdOf, warn } = of;
  const keeps = createKeeps(sampler.name, sampler.ratio);
  const logger = { error: warn, warn, info() {}, debug() {}, verbose() {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url, headers, timeoutMillis: timeoutMs }),
  });
  const ours = defaultResource().merge(resourceFromAttributes(resource));
  return {
    observe(told) {
      const span = spanOf(told);
      if (!span) return;
      const traceId = traceIdOf(span.task);
      if (keeps(traceId)) processor.onEnd(readable(span, traceId, ours));
    },
    async close() {
      // Whoever is told of the failure can do nothing about it any more.
      await within(LAST_MS, processor.shutdown(), () => {}).catch(() => {});
    },
  };
}

const timeOf = (ms: number): HrTime => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];

function readable(
  { name, kind, id, parent, from, to, attributes, error }: TaskSpan,
  traceId: string,
  resource: ReadableSpan['resource'],
): ReadableSpan {
  const traceFlags = TraceFlags.SAMPLED;
  return {
    name,
    kind,
    spanContext: () => ({ traceId, spanId: id, traceFlags }),
    ...(parent !== null && { parentSpanContext: { traceId, spanId: parent, traceFlags } }),
    startTime: timeOf(from),
    endTime: timeOf(to),
    duration: timeOf(to - from),
    status: { code: error === null ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
