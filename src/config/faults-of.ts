/** What is wrong with the variables that were read, each with what its description says to do. */
import type { z } from 'zod';
import type { ConfigFault } from './fault.ts';
import { VARIABLES } from './variables.ts';

export const missing = (variable: string, problem: string): ConfigFault => ({
  variable,
  problem,
  remediation: VARIABLES.get(variable) ?? '',
});

/** Faults never repeat the value: it may be a secret. */
export const faultsOf = (error: z.ZodError): ConfigFault[] =>
  error.issues.map(issue => {
    const variable = String(issue.path[0]);
    const absent = issue.code === 'invalid_type';
    return missing(variable, absent ? 'is missing' : issue.message);
  });
