/** The text as a sentence: with a stop, where it does not end as one. */
export const withStop = (text: string): string =>
  /[.!?…:]['")]?$/.test(text.slice(-2)) ? text : `${text}.`;
