/**
 * What a query costs, by GitHub's formula: the requests that its connections would need if each were
 * full, divided by a hundred; and how many nodes it could return.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { refusal } from '../rest/errors.ts';

export interface Cost {
  readonly points: number;
  readonly nodes: number;
  readonly mutates: boolean;
}

const MOST_NODES = 500_000;

export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  request: { readonly operationName?: string; readonly variables?: Record<string, unknown> },
): Cost {
  const operation = document.definitions.find(
    (one): one is OperationDefinitionNode =>
      one.kind === Kind.OPERATION_DEFINITION &&
      (request.operationName === undefined || one.name?.value === request.operationName),
  );
  if (!operation) return { points: 1, nodes: 0, mutates: false };
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map(fragment => [fragment.name.value, fragment]),
  );
  const defaults = (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
    variable.name.value,
    defaultValue?.kind === Kind.INT ? Number(defaultValue.value) : undefined,
  ]);
  const variables = { ...Object.fromEntries(defaults), ...request.variables };
  let requests = 0;
  let nodes = 0;

  function walk(selections: SelectionSetNode, type: GraphQLNamedType, times: number): void {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) field(selection, type, times);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        walk(selection.selectionSet, named(selection.typeCondition?.name.value, type), times);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment)
          walk(fragment.selectionSet, named(fragment.typeCondition.name.value, type), times);
      }
    }
  }

  const named = (name: string | undefined, otherwise: GraphQLNamedType): GraphQLNamedType =>
    (name === undefined ? undefined : schema.getType(name)) ?? otherwise;

  function field(selection: FieldNode, type: GraphQLNamedType, times: number): void {
    if (!selection.selectionSet) return;
    const described =
      isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : null;
    if (!described) return;
    const result = getNamedType(described.type);
    if (!result.name.endsWith('Connection')) return walk(selection.selectionSet, result, times);
    requests += times;
    const size = sizeOf(selection, variables);
    nodes += times * size;
    walk(selection.selectionSet, result, times * size);
  }

  const mutates = operation.operation === 'mutation';
  const root = mutates ? schema.getMutationType() : schema.getQueryType();
  if (root) walk(operation.selectionSet, root, 1);
  if (nodes > MOST_NODES)
    throw refusal(
      422,
      `This query requests up to ${nodes} possible nodes which exceeds the maximum limit of ${MOST_NODES}.`,
    );
  return { points: Math.max(1, Math.round(requests / 100)), nodes, mutates };
}

/** How many nodes a connection is asked for; saying so is obligatory. */
function sizeOf(connection: FieldNode, variables: Record<string, unknown>): number {
  const name = connection.name.value;
  const given = connection.arguments?.find(({ name }) => /^(first|last)$/.test(name.value));
  const value =
    given?.value.kind === Kind.VARIABLE
      ? variables[given.value.name.value]
      : given?.value.kind === Kind.INT
        ? Number(given.value.value)
        : undefined;
  if (typeof value !== 'number')
    throw refusal(
      422,
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  if (value < 1 || value > 100)
    throw refusal(
      422,
      `Requesting ${value} records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`,
    );
  return value;
}
