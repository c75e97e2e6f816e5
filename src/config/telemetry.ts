/** Where traces are sent and which, by the names of OpenTelemetry's specification. */
import { z } from 'zod';
import { url, whole } from './formats.ts';
import { type Secret, secret } from './secret.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** `key=value` with commas between, values as they are in a URL. */
const pairs = z
  .string()
  .refine(text => text.split(',').every(isPair), 'is not key=value with "," between');

const collector = url('http:', 'https:').refine(
  text => URL.parse(text)?.password === '',
  'has a password in it, which belongs into OTEL_EXPORTER_OTLP_HEADERS',
);

export const TelemetryVariables = z.object({
  OTEL_SDK_DISABLED: z
    .enum(['true', 'false'], 'is neither true nor false')
    .default('false')
    .describe('true for no traces, whatever else is set'),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector
    .optional()
    .describe(
      'http://host:4318 of a collector, to which /v1/traces is added; leave it out for no traces',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector
    .optional()
    .describe('the same as it is used for traces, with its path'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/json'], 'is not http/json, which is all that is spoken here')
    .default('http/json')
    .describe('http/json'),
  OTEL_EXPORTER_OTLP_HEADERS: pairs
    .optional()
    .describe(
      'headers as key=value with "," between them, values percent-encoded; they are secret',
    ),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: pairs
    .optional()
    .describe('the same for traces alone, which come before them'),
  OTEL_EXPORTER_OTLP_TIMEOUT: whole(1, 600_000)
    .default(10_000)
    .describe('how long a batch may take, in milliseconds'),
  OTEL_SERVICE_NAME: z.string().default('gatehouse').describe('the name of the service in traces'),
  OTEL_RESOURCE_ATTRIBUTES: pairs
    .optional()
    .describe('what else is said of this process, as key=value with "," between them'),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, `is none of ${SAMPLERS.join(', ')}`)
    .default('parentbased_always_on')
    .describe(SAMPLERS.join(', ')),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^\d{0,3}\.?\d{1,17}$/, 'is no number')
    .transform(Number)
    .refine(part => part <= 1, 'is not between 0 and 1')
    .default(1)
    .describe('which part of the traces a ratio keeps, 0 to 1'),
});

export type TraceConfig = {
  url: string;
  headers: ReadonlyMap<string, Secret>;
  timeoutMs: number;
  resource: Record<string, string>;
  sampler: { name: (typeof SAMPLERS)[number]; ratio: number };
};

/** `null`: nothing is traced. */
export function readTraces(v: z.infer<typeof TelemetryVariables>): TraceConfig | null {
  const url = v.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? withPath(v.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (url === null || v.OTEL_SDK_DISABLED === 'true') return null;
  const headers = [
    ...parsePairs(v.OTEL_EXPORTER_OTLP_HEADERS),
    ...parsePairs(v.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
  ];
  return {
    url,
    headers: new Map(headers.map(([name, value]) => [name, secret(value)])),
    timeoutMs: v.OTEL_EXPORTER_OTLP_TIMEOUT,
    resource: {
      ...Object.fromEntries(parsePairs(v.OTEL_RESOURCE_ATTRIBUTES)),
      'service.name': v.OTEL_SERVICE_NAME,
    },
    sampler: { name: v.OTEL_TRACES_SAMPLER, ratio: v.OTEL_TRACES_SAMPLER_ARG },
  };
}

const withPath = (endpoint: string | undefined): string | null =>
  endpoint === undefined ? null : `${endpoint.replace(/\/$/, '')}/v1/traces`;

function isPair(text: string): boolean {
  const [key = ''] = text.split('=', 1);
  return text.trim() === '' || (key.trim() !== '' && text.includes('=') && decoded(text) !== null);
}

function parsePairs(text = ''): [string, string][] {
  return text.split(',').flatMap(pair => {
    const at = pair.indexOf('=');
    if (at === -1) return [];
    return [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim()) ?? '']];
  });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
