/** One fault, brought about by real means; a thrown error says what was not as it must be. */
export type Setting = {
  queue: 'postgres' | 'redis';
  database: 'embedded' | 'server';
  seed: number;
};

export type Row = {
  name: string;
  /** Where it is another thing than elsewhere; without it everywhere. */
  where?(setting: Setting): boolean;
  run(setting: Setting): Promise<void>;
};
