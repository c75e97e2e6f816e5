/** Why a review does not count: the rule, and the reason for the person who gave it. */
export type Refusal = { rule: number; reason: string };
