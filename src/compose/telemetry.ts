/** Who counts and traces the work, as far as that is configured; nobody who works waits for it. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createCounters } from '../adapters/metrics/counters.ts';
import { COMMANDS } from '../core/commands.ts';
import type { Logger } from '../engine/ports/logger.ts';
import type { Observe } from '../engine/ports/telemetry.ts';

export type Telemetry = {
  observe: Observe;
  /** What this process counts; `null`: nobody reads it. */
  registry: Registry | null;
};

export function openTelemetry(
  { metrics }: { metrics: unknown },
  { roles, logger }: { roles: readonly string[]; logger: Logger },
): Telemetry {
  const registry = metrics ? new Registry() : null;
  const told: Observe[] = [];
  if (registry) {
    collectDefaultMetrics({ register: registry });
    told.push(createCounters(registry, { roles, commands: Object.keys(COMMANDS) }));
  }
  const observe: Observe = observation => {
    for (const tell of told)
      try {
        tell(observation);
      } catch (error) {
        logger.warn({ err: error, observation: observation.type }, 'it could not be counted');
      }
  };
  return { observe, registry };
}
