/** What a review asks for: its text, and the comments on lines that were written with it. */
export type ReviewRequest = {
  body: string;
  comments: { id: number; path: string; line: number | null; body: string }[];
};
