import type {
  KnownColumn,
  KnownConstraint,
  KnownObject,
  Origin,
  Relation,
} from '../known/known.js';

export type DraftConstraint = Mutable<KnownConstraint>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Relations and columns can change here; rules get them read-only. */
export type DraftRelation = Omit<Mutable<Relation>, 'columns' | 'constraints' | 'policies'> & {
  columns: Map<string, Mutable<KnownColumn>>;
  constraints: DraftConstraint[];
  policies: Map<string, Origin>;
};
export type DraftObject = Mutable<KnownObject>;

export function emptyRelation(
  { kind, schema, name, persistence }: Pick<Relation, 'kind' | 'schema' | 'name' | 'persistence'>,
  origin: Origin,
): DraftRelation {
  return {
    kind,
    schema,
    name,
    persistence,
    isPartitioned: false,
    partitionOf: null,
    isDefault: false,
    columns: new Map(),
    constraints: [],
    replicaIdentity: null,
    replicaIndex: null,
    isDerived: false,
    rowSecurity: null,
    policies: new Map(),
    ...origin,
  };
}
