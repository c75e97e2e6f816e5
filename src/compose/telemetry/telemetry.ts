/** Who counts and traces the work, as far as that is configured; nobody who works waits for it. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createCounters } from '../../adapters/metrics/counters.ts';
import type { Config } from '../../config.ts';
import { COMMANDS } from '../../core/commands/commands.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import type { Observe } from '../../engine/ports/telemetry.ts';
import { traceIdOf } from '../../engine/trace-id.ts';
import { quietly } from './quiet-log.ts';

export type Telemetry = {
  observe: Observe;
  /** What this process counts; `null`: nobody reads it. */
  registry: Registry | null;
  close(): Promise<void>;
};

export async function openTelemetry(
  { metrics, traces: traced }: Pick<Config, 'metrics' | 'traces'>,
  { roles, logger }: { roles: readonly string[]; logger: Logger },
): Promise<Telemetry> {
  const registry = metrics ? new Registry() : null;
  const traces = traced && (await openTraces(traced, logger));
  const told: Observe[] = traces ? [traces.observe] : [];
  if (registry) {
    collectDefaultMetrics({ register: registry });
    told.push(createCounters(registry, { roles, commands: Object.keys(COMMANDS) }));
  }
  return {
    observe(observation) {
      for (const tell of told)
        try {
          tell(observation);
        } catch (error) {
          logger.warn({ err: error, observation: observation.type }, 'it could not be observed');
        }
    },
    registry,
    close: async () => traces?.close(),
  };
}

/** Its packages take memory and time to load: only where traces are sent somewhere. */
async function openTraces(config: NonNullable<Config['traces']>, logger: Logger) {
  const { createTraces } = await import('../../adapters/traces/traces.ts');
  const headers = [...config.headers].map(([name, value]) => [name, value.reveal()]);
  return createTraces(
    { ...config, headers: Object.fromEntries(headers) },
    { traceIdOf, warn: quietly(problem => logger.warn({ problem }, 'traces could not be sent')) },
  );
}
