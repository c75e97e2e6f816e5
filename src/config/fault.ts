/** What is wrong with a setting, and how to fix it. */
export type ConfigFault = { variable: string; problem: string; remediation: string };

/** One line a fault, for people. */
export const describeFaults = (faults: ConfigFault[]): string =>
  faults
    .map(({ variable, problem, remediation }) => `${variable} ${problem}\n    ${remediation}`)
    .join('\n');
