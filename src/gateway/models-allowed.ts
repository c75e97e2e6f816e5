/** Which models a run may call: policy is asked once for each that a request names. */
import type { ModelRoute } from '../engine/ports/gateway.ts';

/** No agent needs more: each is a question to policy, and a denial is in the log. */
const MOST_MODELS = 20;
const MODEL_NAME = /^[\w.:/@+-]{1,200}$/;

/** Answers why a model may not be called; `null`: it may. */
export function createModelsAllowed({
  mayCall,
}: Pick<ModelRoute, 'mayCall'>): (model: unknown) => Promise<string | null> {
  const asked = new Map<string, ReturnType<ModelRoute['mayCall']>>();
  return async model => {
    if (typeof model !== 'string' || !MODEL_NAME.test(model)) return 'the request names no model';
    const answer = asked.get(model) ?? (asked.size < MOST_MODELS ? mayCall(model) : null);
    if (!answer) return `this run has named ${MOST_MODELS} models, and may name no other`;
    asked.set(model, answer);
    const { outcome, reason } = await answer;
    return outcome === 'allow' ? null : `the model ${model} may not be called: ${reason}`;
  };
}
