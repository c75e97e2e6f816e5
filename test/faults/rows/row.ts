import type { PostgresBinaries } from '../../../src/adapters/store/embedded/postgres-binaries.ts';
import type { Figure } from '../../figures/figures.ts';

/** One row: a real fault, and a function that throws where something is not as it must be. */
export type Setting = {
  queue: 'postgres' | 'redis';
  database: 'embedded' | 'server';
  seed: number;
  /** The programs of a server of another version than the embedded one. */
  programs?: PostgresBinaries;
};

export type Row = {
  name: string;
  /** The settings in which the fault differs; all without it. */
  where?(setting: Setting): boolean;
  /** The seconds that it may take; those of every row without it. */
  mostS?: number;
  /** `add` takes a figure of its own, which is judged as well. */
  run(setting: Setting, add: (figure: Figure) => void): Promise<void>;
};
