// Which indexes Firestore wants for a query, and whether firestore.indexes.json has them. The emulator answers without any, so a
// query that lacks one fails only in the cloud. After "Index types in Cloud Firestore" (firebase.google.com/docs/firestore).

/** A query as the client sends it, as far as indexes depend on it. */
export interface StructuredQuery {
  from?: { collectionId?: string; allDescendants?: boolean }[];
  where?: Filter;
  orderBy?: { field: { fieldPath: string }; direction?: Direction }[];
}

interface Filter {
  compositeFilter?: { op: string; filters: Filter[] };
  fieldFilter?: { field: { fieldPath: string }; op: string };
  unaryFilter?: { field: { fieldPath: string }; op: string };
}

type Direction = 'ASCENDING' | 'DESCENDING';
type Scope = 'COLLECTION' | 'COLLECTION_GROUP';

/** A field of an index; `EQUAL` may stand in either direction, and fields that are `EQUAL` in any order. */
interface NeededField {
  path: string;
  mode: Direction | 'CONTAINS' | 'EQUAL';
}

export interface NeededIndex {
  collection: string;
  scope: Scope;
  fields: NeededField[];
}

interface IndexedField {
  fieldPath: string;
  order?: Direction;
  arrayConfig?: 'CONTAINS';
}

/** firestore.indexes.json */
export interface IndexFile {
  indexes: { collectionGroup: string; queryScope: Scope; fields: IndexedField[] }[];
  fieldOverrides: {
    collectionGroup: string;
    fieldPath: string;
    ttl?: boolean;
    indexes: { queryScope: Scope; order?: Direction; arrayConfig?: 'CONTAINS' }[];
  }[];
}

const name = '__name__';
const equalities = ['EQUAL', 'IN', 'IS_NULL', 'IS_NAN'];
const containments = ['ARRAY_CONTAINS', 'ARRAY_CONTAINS_ANY'];

/**
 * The indexes that a query stands on; none where it only goes by the names of documents.
 *
 * One field: the index of that field. Several that are only compared for equality: the index of each, which Firestore merges.
 * Anything else: one composite index, of what is equal, then what is contained, then the order. What is compared unequally is
 * ordered by as well, whether the query says so or not.
 *
 * @throws Error for a query with `or`, whose rules are not written here
 */
export function neededIndexes({ from = [], where, orderBy = [] }: StructuredQuery): NeededIndex[] {
  const { collectionId: collection, allDescendants } = from[0] ?? {};
  const filters = where ? flat(where) : [];
  const pathsOf = (those: (op: string) => boolean): string[] => [
    ...new Set(filters.filter(({ op, path }) => path !== name && those(op)).map(({ path }) => path)),
  ];
  const equal = pathsOf((op) => equalities.includes(op));
  const contained = pathsOf((op) => containments.includes(op));
  const unequal = pathsOf((op) => !equalities.includes(op) && !containments.includes(op));

  const said = orderBy.map(({ field, direction = 'ASCENDING' }): NeededField => ({
    path: field.fieldPath,
    mode: direction,
  }));
  const last = said.at(-1)?.mode ?? 'ASCENDING';
  const implied = unequal
    .filter((path) => !said.some((one) => one.path === path))
    .sort()
    .map((path): NeededField => ({ path, mode: last }));
  const fields: NeededField[] = [
    ...equal.map((path): NeededField => ({ path, mode: 'EQUAL' })),
    ...contained.map((path): NeededField => ({ path, mode: 'CONTAINS' })),
    ...withoutName([...said, ...implied]).filter(({ path }) => !equal.includes(path)),
  ];

  if (fields.length === 0) return [];
  if (!collection) throw new Error('A query of all collections has no index but the names.');
  const scope: Scope = allDescendants ? 'COLLECTION_GROUP' : 'COLLECTION';
  const merged = fields.every(({ mode }) => mode === 'EQUAL');
  return merged
    ? fields.map((field) => ({ collection, scope, fields: [field] }))
    : [{ collection, scope, fields }];
}

function flat({ compositeFilter, fieldFilter, unaryFilter }: Filter): { path: string; op: string }[] {
  if (compositeFilter?.op === 'OR') throw new Error('The indexes of a query with `or` are not known here.');
  if (compositeFilter) return compositeFilter.filters.flatMap(flat);
  const { field, op } = (fieldFilter ?? unaryFilter)!;
  return [{ path: field.fieldPath, op }];
}

/** Every index ends with the name, in the direction of the field before it; an order says no more than that by naming it. */
function withoutName(order: NeededField[]): NeededField[] {
  const at = order.findIndex(({ path }) => path === name);
  if (at === -1) return order;
  const before = order.slice(0, at);
  return order[at]!.mode === (before.at(-1)?.mode ?? 'ASCENDING') ? before : order.slice(0, at + 1);
}

interface ThereIndex extends NeededIndex {
  /** As it is written in the file; without it, Firestore keeps it by itself. */
  written?: string;
}

/** What is wrong with the file, a sentence each: what queries need and is missing, and what no query needs. */
export function indexProblems(needed: readonly NeededIndex[], file: IndexFile): string[] {
  const written = writtenIndexes(file);
  const used = new Set<string>();
  const missing = new Set<string>();
  for (const need of needed) {
    const serving = [...written, ...automaticIndexes(need, file)].find((one) => serves(one, need));
    if (!serving) missing.add(`missing: ${shown(need)}`);
    else if (serving.written) used.add(serving.written);
  }
  const superfluous = written.filter((one) => !used.has(one.written!));
  return [...missing, ...superfluous.map((one) => `no query needs: ${shown(one)}`)];
}

function writtenIndexes({ indexes, fieldOverrides }: IndexFile): ThereIndex[] {
  const all = [
    ...indexes,
    ...fieldOverrides.flatMap(({ collectionGroup, fieldPath, indexes }) =>
      indexes.map(({ queryScope, ...how }) => ({
        collectionGroup,
        queryScope,
        fields: [{ fieldPath, ...how }],
      })),
    ),
  ];
  return all.map(({ collectionGroup: collection, queryScope: scope, fields }, i) => ({
    collection,
    scope,
    fields: fields.map(({ fieldPath: path, order, arrayConfig }) => ({ path, mode: order ?? arrayConfig! })),
    written: String(i),
  }));
}

/**
 * Of one field and one collection, never of a group; an override of the field, of a map around it, or of all fields of the
 * collection takes their place.
 */
function automaticIndexes({ collection, fields }: NeededIndex, { fieldOverrides }: IndexFile): ThereIndex[] {
  const [field] = fields;
  const overridden = fieldOverrides.some(
    ({ collectionGroup, fieldPath }) =>
      collectionGroup === collection && (fieldPath === '*' || `${field!.path}.`.startsWith(`${fieldPath}.`)),
  );
  if (overridden || field!.path === name) return [];
  return (['ASCENDING', 'DESCENDING', 'CONTAINS'] as const).map((mode) => ({
    collection,
    scope: 'COLLECTION',
    fields: [{ path: field!.path, mode }],
  }));
}

function serves(index: ThereIndex, need: NeededIndex): boolean {
  const equal = need.fields.filter(({ mode }) => mode === 'EQUAL').map(({ path }) => path);
  const first = index.fields.slice(0, equal.length);
  const rest = index.fields.slice(equal.length);
  return (
    index.collection === need.collection &&
    index.scope === need.scope &&
    index.fields.length === need.fields.length &&
    first.every(({ path, mode }) => equal.includes(path) && mode !== 'CONTAINS') &&
    rest.every(({ path, mode }, i) => {
      const wanted = need.fields[equal.length + i]!;
      return path === wanted.path && mode === wanted.mode;
    })
  );
}

function shown({ collection, scope, fields }: NeededIndex): string {
  return `${collection} (${scope}) ${fields.map(({ path, mode }) => `${path} ${mode}`).join(', ')}`;
}
