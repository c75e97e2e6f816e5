/** One Ctrl-C cancels, however many signals it makes; another one ends the process. */
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { stopSignals } from '../../../src/cli/evaluate/stop-signals.ts';

it('stays until it is forgotten, and ends the process only when it is asked again', () => {
  const exits: number[] = [];
  const events = new EventEmitter();
  const host = Object.assign(events, { exit: (code: number) => void exits.push(code) });
  const said: string[] = [];
  let at = 0;
  const stop = stopSignals(
    { err: line => void said.push(line) },
    { host: host as unknown as NodeJS.Process, now: () => at },
  );
  host.emit('SIGINT');
  // What started it passes the same Ctrl-C on.
  at = 900;
  host.emit('SIGINT');
  host.emit('SIGHUP');
  expect(stop.signal.aborted).toBe(true);
  expect(said).toEqual([expect.stringContaining('is canceled')]);
  expect(exits).toEqual([]);
  at = 1_000;
  host.emit('SIGTERM');
  expect(exits).toEqual([1]);
  stop.forget();
  expect(host.eventNames()).toEqual([]);
});
