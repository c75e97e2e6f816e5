/** One fault, brought about by real means; a thrown error says what was not as it must be. */
export type Setting = {
  queue: 'postgres' | 'redis';
  database: 'embedded' | 'server';
  seed: number;
};

export type Row = { name: string; run(setting: Setting): Promise<void> };
