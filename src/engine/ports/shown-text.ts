/** What GitHub shows of a text that people wrote in Markdown. */
export type ShownText = {
  text: string;
  /** How many comments were taken out: those of HTML, and definitions that nothing refers to. */
  comments: number;
};
