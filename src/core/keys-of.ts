/** The keys of a table, by their type: TypeScript has `string`, because an object may have more keys than its type names. */
export const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>): K[] =>
  Object.keys(table) as K[];
