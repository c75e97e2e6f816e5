/** A task's events of earlier versions: each function is named after what the next version added. */
import { ruleNumbered } from '../approvals/rule-numbers.ts';
import type { EventData, Upcasters } from '../upcast.ts';

/** Version 1 knew the approval rule by its number. */
const withRuleName = (data: EventData): EventData => ({
  ...data,
  rule: ruleNumbered(Number(data.rule)),
});

export const taskUpcasters: Upcasters = {
  'approval.confirmed': { 1: withRuleName },
  'approval.refused': { 1: withRuleName },
};
