/** Bounds what one agent may ask: each question is judged in the process that serves everybody. */
import { setTimeout as delay } from 'node:timers/promises';
import { denied } from '../../../core/act.ts';
import { createRate } from '../../../core/bounds/rate.ts';
import type { Decide } from '../../ports/gateway.ts';

/** An agent asks before each call of a tool; what is over the rate waits its turn. */
const RATE = { perSecond: 20, burst: 100 };
const MOST_QUESTIONS = 5_000;

export function limitQuestions(decide: Decide): Decide {
  const rate = createRate(RATE);
  let asked = 0;
  return async question => {
    asked += 1;
    const isTooMuch = asked > MOST_QUESTIONS;
    const wait = rate(performance.now());
    if (wait > 0) await delay(wait);
    return isTooMuch
      ? denied(`This run has asked ${MOST_QUESTIONS} questions; no more are answered.`)
      : decide(question);
  };
}
