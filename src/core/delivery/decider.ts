/** A delivery that called us: acknowledged at once, and answered or examined where it makes no task. */
import type { Person, Repository } from '../actor.ts';
import type { Circumstance, Decided, Decider } from '../decider.ts';
import { effectKey } from '../effect.ts';
import { type FailEffect, failedEffect, RESUMED, type ResumeEffects } from '../failed-effect.ts';
import { refusal } from '../refusal.ts';
import type { DeliveryReply } from '../reply.ts';
import type { Target } from '../target.ts';
import type { DeliveryEvent } from './events.ts';

/** `answered`: what it is there for stands in the log; a delivery is there for one thing. */
type DeliveryState = {
  version: number;
  acknowledged: boolean;
  answered: boolean;
  labelUsed: boolean;
  /** Commits that it asks our check for. */
  heads: string[];
};

type DeliveryData<T extends DeliveryEvent['type']> = Extract<DeliveryEvent, { type: T }>['data'];

export type DeliveryCommand =
  | { type: 'acknowledge'; repository: Repository; by: Person; target: Target }
  | { type: 'answer'; repository: Repository; by: Person; target: Target; answer: DeliveryReply }
  | { type: 'use_label'; repository: Repository; issue: number; label: string }
  | { type: 'examine'; data: DeliveryData<'policy.examination_requested'> }
  | { type: 'examined'; data: DeliveryData<'policy.examined'> }
  | { type: 'report_faults'; data: DeliveryData<'policy.faults_found'> }
  | { type: 'request_check'; data: DeliveryData<'check.requested'> }
  | { type: 'performed'; key: string }
  | FailEffect
  | ResumeEffects;

export const delivery: Decider<DeliveryState, DeliveryCommand, DeliveryEvent> = {
  initial: { version: 0, acknowledged: false, answered: false, labelUsed: false, heads: [] },
  decide,
  evolve: (state, event, stamp) => ({
    version: stamp.seq,
    acknowledged: state.acknowledged || event.type === 'delivery.heard',
    answered: state.answered || BEGINS.has(event.type),
    labelUsed: state.labelUsed || event.type === 'delivery.label_used',
    heads: event.type === 'check.requested' ? [...state.heads, event.data.about.head] : state.heads,
  }),
  react: (state, event) => {
    if (event.type === 'policy.examination_requested') {
      const { repository, pull, head } = event.data;
      return [{ kind: 'examine_policy', key: effectKey.examinePolicy(), repository, pull, head }];
    }
    if (event.type === 'policy.faults_found') {
      const { repository, head } = event.data;
      return [{ kind: 'show_faults', key: effectKey.showFaults(), repository, head }];
    }
    if (event.type === 'delivery.label_used') {
      const { repository, issue, label } = event.data;
      return [{ kind: 'remove_label', key: effectKey.removeLabel(), repository, issue, label }];
    }
    if (event.type === 'check.requested') {
      const { repository, about } = event.data;
      return [{ kind: 'judge_head', key: effectKey.judgeHead(about.head), repository, about }];
    }
    if (event.type !== 'delivery.heard' && event.type !== 'delivery.answered') return [];
    const { repository, target } = event.data;
    const acknowledge = {
      kind: 'acknowledge',
      key: effectKey.acknowledge(null),
      repository,
      target,
    } as const;
    if (event.type === 'delivery.heard') return [acknowledge];
    const { answer: reply } = event.data;
    return [
      ...(state.acknowledged ? [] : [acknowledge]),
      { kind: 'reply', key: effectKey.reply(null), repository, target, reply },
    ];
  },
  ends: () => false,
};

const BEGINS = new Set<DeliveryEvent['type']>([
  'delivery.answered',
  'policy.examination_requested',
  'policy.faults_found',
]);

const repeated = (message: string): Decided<DeliveryEvent> => ({
  ok: false,
  refusal: refusal('repeated', message),
});

function decide(
  state: DeliveryState,
  command: DeliveryCommand,
  circumstance: Circumstance,
): Decided<DeliveryEvent> {
  switch (command.type) {
    case 'acknowledge': {
      if (state.acknowledged) return repeated('It is acknowledged already.');
      const { type: _, ...data } = command;
      return { ok: true, events: [{ type: 'delivery.heard', v: 1, data }] };
    }
    case 'answer': {
      if (state.answered) return repeated('It is answered already.');
      const { type: _, ...data } = command;
      return { ok: true, events: [{ type: 'delivery.answered', v: 1, data }] };
    }
    case 'use_label': {
      if (state.labelUsed) return repeated('The label is taken off already.');
      const { type: _, ...data } = command;
      return { ok: true, events: [{ type: 'delivery.label_used', v: 1, data }] };
    }
    case 'examine':
      if (state.answered) return repeated('It is examined already.');
      return {
        ok: true,
        events: [{ type: 'policy.examination_requested', v: 1, data: command.data }],
      };
    case 'examined':
      return { ok: true, events: [{ type: 'policy.examined', v: 1, data: command.data }] };
    case 'report_faults':
      if (state.answered) return repeated('It is reported already.');
      return { ok: true, events: [{ type: 'policy.faults_found', v: 1, data: command.data }] };
    case 'request_check':
      if (state.heads.includes(command.data.about.head))
        return repeated('It is asked for already.');
      return { ok: true, events: [{ type: 'check.requested', v: 1, data: command.data }] };
    case 'performed':
      return { ok: true, events: [{ type: 'effect.performed', v: 1, data: { key: command.key } }] };
    case 'fail_effect':
      return { ok: true, events: [failedEffect(command, circumstance)] };
    case 'resume_effects':
      return { ok: true, events: [RESUMED] };
  }
}
