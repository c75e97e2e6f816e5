/** What triage hands over of an issue: the labels that fit, what is missing, and what would be done. */
import { z } from 'zod';

export const TriageReport = z.strictObject({
  summary: z.string().min(1).max(4_000),
  /** Which of them may be set is for policy to say. */
  labels: z.array(z.string().min(1).max(50)).max(20),
  /** What is missing: each is for whoever opened the issue to answer. */
  questions: z.array(z.string().min(1).max(1_000)).max(20),
  /** What would be done, one thing each; empty where that can't be said yet. */
  plan: z.array(z.string().min(1).max(1_000)).max(30),
});
export type TriageReport = z.infer<typeof TriageReport>;

/** GitHub takes labels for the same whatever their case is: each as it is listed, where it is. */
export function labelsToSet(
  { labels }: Pick<TriageReport, 'labels'>,
  listed: readonly string[],
): string[] {
  const spelled = (label: string): string =>
    listed.find(other => other.toLowerCase() === label.toLowerCase()) ?? label;
  return [...new Set(labels.map(label => spelled(label.trim())))].sort();
}
