/** Whether a condition holds, given what is known of a task. */
import type { Condition, Relation } from './condition.ts';
import type { Touched } from './touched.ts';

export type FieldValue = string | number | boolean;

type ConditionFacts = {
  labels: readonly string[];
  /** By the path as the condition writes it. */
  touched: Readonly<Record<string, Touched>>;
  /** What a step handed over in this field; null: nothing. */
  field: (step: string, field: string) => FieldValue | null;
};

export function holds(condition: Condition, facts: ConditionFacts): boolean {
  switch (condition.is) {
    case 'and':
      return condition.of.every(part => holds(part, facts));
    case 'or':
      return condition.of.some(part => holds(part, facts));
    case 'not':
      return !holds(condition.of, facts);
    case 'touches': {
      const touched = facts.touched[condition.path] ?? 'none';
      return condition.only ? touched === 'all' : touched !== 'none';
    }
    case 'label': {
      // GitHub takes two spellings of a label that differ in case for the same one.
      const name = condition.name.toLowerCase();
      return facts.labels.some(label => label.toLowerCase() === name);
    }
    case 'field': {
      const found = facts.field(condition.step, condition.field);
      const { compared } = condition;
      return compared ? compare(found, compared.relation, compared.value) : Boolean(found);
    }
  }
}

/** What a step did not hand over is unlike every value. */
function compare(
  found: FieldValue | null,
  relation: Relation,
  value: string | number | boolean,
): boolean {
  if (relation === '==') return found === value;
  if (relation === '!=') return found !== value;
  if (typeof found !== 'number' || typeof value !== 'number') return false;
  if (relation === '<') return found < value;
  if (relation === '<=') return found <= value;
  return relation === '>' ? found > value : found >= value;
}
