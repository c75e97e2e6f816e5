/** `gatehouse graph [FILE]`: draws the graphs of a `gatehouse.yml`, or names every fault with its line. */
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { faultsByRoles, type GraphFiles, writtenGraphs } from '../core/graph-file.ts';
import { mermaid, textPicture } from '../core/graph-picture.ts';
import { plain } from '../core/plain-text.ts';
import { fieldsOfRoles } from '../core/profile.ts';
import { RepositoryConfigFile } from '../core/repository-config.ts';
import { rolesIn } from '../engine/intake/choose-graph.ts';
import { withOwnRoles } from '../engine/intake/own-roles.ts';
import { unknownRoles } from '../engine/intake/unknown-here.ts';
import { readOwnRoles } from '../engine/policies/own-roles.ts';
import { CONFIG_PATH } from '../engine/policies/rule-files.ts';
import { parseYaml } from '../engine/policies/yaml-text.ts';
import { faultLine, type PolicyFault } from '../policy/fault.ts';
import { givenText } from './given-text.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';

/** A larger file is refused by its reader, which need not be given all of it. */
const LARGEST = 1_000_000;

export async function drawGraphs(
  services: Pick<Services, 'roles'>,
  output: Output,
  file: string,
  options: { json: boolean; mermaid: boolean },
): Promise<void> {
  const text = await givenText(file, LARGEST, `a ${CONFIG_PATH}`);
  const read = parseYaml(file, text, RepositoryConfigFile);
  const faults = read.ok
    ? await faultsOfRoles(services, read.value, { file, placeOf: read.placeOf })
    : read.faults;
  if (!read.ok || faults.length > 0) {
    print(output, options.json, { ok: false, faults }, [
      ...faults.map(fault => plain(faultLine(fault), 600)),
      `graph: failed (${faults.length} ${faults.length === 1 ? 'fault' : 'faults'})`,
    ]);
    return output.exit(1);
  }
  const graphs = writtenGraphs(read.value.graphs ?? {});
  const drawn = graphs.map(graph => ({ name: graph.name, mermaid: mermaid(graph), graph }));
  const lines = graphs.flatMap((graph, at) => [
    ...(at === 0 ? [] : ['']),
    ...(options.mermaid ? [`%% ${graph.name}`, mermaid(graph).trimEnd()] : [graph.name]),
    ...(options.mermaid ? [] : textPicture(graph).map(line => plain(line, 600))),
  ]);
  print(
    output,
    options.json,
    { ok: true, graphs: drawn },
    graphs.length > 0 ? lines : [`${file} writes no graphs: commands start those of Gatehouse.`],
  );
}

/**
 * Roles that are not there; what a role never hands over, though a condition asks for it; and what is
 * wrong with the files of the roles that the repository writes itself, which stand beside the file.
 */
async function faultsOfRoles(
  services: Pick<Services, 'roles'>,
  { graphs = {}, roles = {} }: { graphs?: GraphFiles; roles?: Record<string, unknown> },
  {
    file,
    placeOf,
  }: { file: string; placeOf(path: PropertyKey[]): Omit<PolicyFault, 'file' | 'message'> },
): Promise<PolicyFault[]> {
  const written = writtenGraphs(graphs);
  if (written.length === 0 && Object.keys(roles).length === 0) return [];
  const profiles = new Map((await services.roles()).map(profile => [profile.name, profile]));
  const folder = dirname(file);
  const root = basename(folder) === '.github' ? dirname(folder) : folder;
  const own = await readOwnRoles(written.flatMap(rolesIn), profiles, (path, most) =>
    readBeginning(join(root, path), most),
  );
  const fields = fieldsOfRoles(withOwnRoles(profiles, own.roles).values());
  return [
    ...unknownRoles(Object.keys(roles), profiles).map(({ role, message }) => ({
      file,
      ...placeOf(['roles', role]),
      message,
    })),
    ...faultsByRoles(graphs, fields).map(({ path, message }) => ({
      file,
      ...placeOf(['graphs', ...path]),
      message,
    })),
    ...own.faults.map(fault => ({ ...fault, file: join(root, fault.file) })),
  ];
}

async function readBeginning(path: string, most: number): Promise<Buffer | null> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return null;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
