/** What is measured in Vitest and reported by the benchmark. */
export type PageFigure = { what: string; value: number; unit: string; most: number };

/** The environment variable that names the file for them. */
export const FIGURES_FILE = 'GATEHOUSE_PAGE_FIGURES';
