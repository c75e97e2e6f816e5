/**
 * Which traces are kept, by the names of OpenTelemetry's specification. The id of a trace follows from its
 * task, and only that decides: all processes keep the same ones, and a span is kept whoever has its parent.
 */
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

export type SamplerName = `${'' | 'parentbased_'}${'always_on' | 'always_off' | 'traceidratio'}`;

/** A task's trace has no parent elsewhere, so what is based on one is what it is for roots. */
export function createKeeps(name: SamplerName, ratio: number): (traceId: string) => boolean {
  const sampler = samplerOf(name, ratio);
  return traceId =>
    sampler.shouldSample(ROOT_CONTEXT, traceId, '', SpanKind.INTERNAL, {}, []).decision ===
    SamplingDecision.RECORD_AND_SAMPLED;
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  if (name.endsWith('always_off')) return new AlwaysOffSampler();
  return name.endsWith('traceidratio')
    ? new TraceIdRatioBasedSampler(ratio)
    : new AlwaysOnSampler();
}
