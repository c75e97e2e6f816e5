/** The code of a failure as people read it. */
export const codeInWords = (code: string): string => code.replaceAll('_', ' ');
