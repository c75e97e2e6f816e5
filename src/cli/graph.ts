/** `gatehouse graph [FILE]`: draws the graphs of a `gatehouse.yml`, or names every fault with its line. */
import { readFile, stat } from 'node:fs/promises';
import { faultsByRoles, type GraphFiles, writtenGraphs } from '../core/graph-file.ts';
import { mermaid, textPicture } from '../core/graph-picture.ts';
import { plain } from '../core/plain-text.ts';
import { fieldsOfRoles } from '../core/profile.ts';
import { RepositoryConfigFile } from '../core/repository-config.ts';
import { CONFIG_PATH } from '../engine/policies/rule-files.ts';
import { parseYaml } from '../engine/policies/yaml-text.ts';
import { faultLine } from '../policy/fault.ts';
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
  const { size } = await stat(file).catch(() => {
    throw new Error(`there is no file ${file}: name a ${CONFIG_PATH}`);
  });
  if (size > LARGEST) throw new Error(`${file} is larger than ${LARGEST} bytes`);
  const read = parseYaml(file, await readFile(file, 'utf8'), RepositoryConfigFile);
  const faults = read.ok
    ? (await faultsOfRoles(services, read.value.graphs ?? {})).map(({ path, message }) => ({
        file,
        ...read.placeOf(['graphs', ...path]),
        message,
      }))
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

/** What a role of the deployment never hands over, though a condition asks for it. */
async function faultsOfRoles(services: Pick<Services, 'roles'>, graphs: GraphFiles) {
  const isAnyWritten = writtenGraphs(graphs).length > 0;
  return isAnyWritten ? faultsByRoles(graphs, fieldsOfRoles(await services.roles())) : [];
}
