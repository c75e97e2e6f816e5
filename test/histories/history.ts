/** The recorded histories, as records that need no database. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { StreamRef } from '../../src/core/stream.ts';
import { readExport } from '../../src/engine/audit/export.ts';
import type { AuditSource } from '../../src/engine/audit-source.ts';

export const HISTORIES = globSync(join(import.meta.dirname, '*.jsonl'))
  .map(file => basename(file, '.jsonl'))
  .sort();

export const fileOf = (name: string): string => join(import.meta.dirname, `${name}.jsonl`);

export const linesOf = (name: string): string[] =>
  readFileSync(fileOf(name), 'utf8').trimEnd().split('\n');

export const readHistory = (name: string): Promise<AuditSource> => readLines(linesOf(name));

export async function readLines(lines: string[]): Promise<AuditSource> {
  const { audit } = await readExport({
    async *lines() {
      yield* lines;
    },
    line: async index => lines[index] ?? '',
  });
  return audit;
}

export async function streamsOf(audit: AuditSource): Promise<StreamRef[]> {
  return Array.fromAsync(audit.streams());
}
