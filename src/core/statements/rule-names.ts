/** Every rule of `pgm lint`, by family, in the order of the lists for people. */
export const lintRuleNames = {
  /** What a second run of the same file would run into. */
  'second-run': [
    'add-column-without-if-not-exists',
    'add-constraint-without-guard',
    'alter-without-guard',
    'attach-partition-without-guard',
    'create-without-guard',
    'create-without-if-not-exists',
    'delete-hits-other-rows',
    'drop-without-if-exists',
    'insert-without-on-conflict',
    'on-conflict-without-key',
    'rename-without-guard',
    'undone-by-earlier-file',
    'update-adds-up',
    'update-changes-each-run',
    'uses-what-it-drops',
  ],
  /** What makes others wait. */
  locks: [
    'alter-rewrites-table',
    'attach-scans-partition',
    'check-without-not-valid',
    'cluster-or-vacuum-full',
    'detach-without-concurrently',
    'drop-index-without-concurrently',
    'exclude-on-old-table',
    'foreign-key-without-index',
    'foreign-key-without-not-valid',
    'index-without-concurrently',
    'lock-after-backfill',
    'lock-order-reversed',
    'lock-table-shuts-out-readers',
    'lock-timeout-off',
    'refresh-without-concurrently',
    'reindex-without-concurrently',
    'set-not-null-scans-table',
    'unique-without-using-index',
    'work-under-lock',
  ],
  /** What loses or endangers rows. */
  data: [
    'add-not-null-column-without-default',
    'delete-without-where',
    'drop-cascade',
    'drop-column',
    'drop-schema',
    'drop-table',
    'enum-value-used-where-added',
    'narrow-column-type',
    'rename-in-use',
    'replica-identity-lost',
    'set-not-null-without-backfill',
    'triggers-switched-off',
    'truncate-table',
    'update-without-where',
  ],
  /** What a file must not do in the transaction that pgm runs it in. */
  transactions: ['commit-in-block', 'outside-transaction-in-block', 'validate-in-same-transaction'],
  /** Who may do what. */
  security: [
    'definer-search-path-open',
    'definer-without-search-path',
    'grant-to-public',
    'password-in-file',
    'policy-without-row-security',
    'row-security-without-policy',
  ],
  /** Names, numbers and sizes of the files. */
  order: [
    'byte-order-differs',
    'file-over-configmap-size',
    'name-unfit-for-configmap',
    'number-gap',
    'number-twice',
    'source-over-configmap-size',
  ],
  /** What an older PostgreSQL does not support. */
  portability: ['needs-newer-postgres'],
} as const;

export type LintFamily = keyof typeof lintRuleNames;
export type LintRuleName = (typeof lintRuleNames)[LintFamily][number];

export const lintFamilies = Object.keys(lintRuleNames) as readonly LintFamily[];
export const allLintRules: readonly LintRuleName[] = Object.values(lintRuleNames).flat();

/**
 * Every rule that `-- pgm:ignore` may name, by the command that checks it: each command knows the others' rules, so that
 * a line for one is not a mistake to another. Problems of such a line cannot be suppressed, nor that a file is refused.
 */
export const ignorableRules = {
  verify: [
    'fails-first-time',
    'fails-second-time',
    'changes-second-time',
    'undoes-later-file',
    'depends-on-order',
    'rewrites-table',
    'scans-locked-table',
    'index-shuts-out-writers',
    'differs-from-new',
  ],
  lint: allLintRules,
} as const;
