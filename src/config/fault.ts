/** What is wrong with a setting, and how to fix it. */
export type ConfigFault = { variable: string; problem: string; remediation: string };

export type ConfigResult<T> = { ok: true; config: T } | { ok: false; faults: ConfigFault[] };

/** One line a fault, for people. */
export const describeFaults = (faults: ConfigFault[]): string =>
  faults
    .map(({ variable, problem, remediation }) => `${variable} ${problem}\n    ${remediation}`)
    .join('\n');
