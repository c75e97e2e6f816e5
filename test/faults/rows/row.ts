/** One row: a real fault, and a function that throws where something is not as it must be. */
export type Setting = {
  queue: 'postgres' | 'redis';
  database: 'embedded' | 'server';
  seed: number;
};

export type Row = {
  name: string;
  /** The settings in which the fault differs; all without it. */
  where?(setting: Setting): boolean;
  run(setting: Setting): Promise<void>;
};
