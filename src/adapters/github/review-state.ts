import { Review } from '../../core/approvals/facts.ts';

/** A state that is new to us may be against the change: read as that, it is never better than it is. */
export const reviewState = (state: string): Review['state'] =>
  Review.shape.state.catch('CHANGES_REQUESTED').parse(state.toUpperCase());
