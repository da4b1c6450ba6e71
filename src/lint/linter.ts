import type { Statement } from '../core/grammar/statement.js';
import type { Facts } from '../core/lint/facts.js';
import type { LintedFile, LintedSource } from '../core/lint/linted-file.js';
import { type FileLint, findingOf } from '../core/lint/lint-report.js';
import type { Linter, SourceFinding } from '../core/lint/linter.js';
import type { LintFamily, LintRuleName } from '../core/statements/rule-names.js';
import { type LintConfig, settingOf } from './config.js';
import type { Context, Found, Rule, SourceRule, StatementRule, Within } from './known/rule.js';
import { runBy } from './known/whole-file.js';
import { rules } from './rules/list.js';
import { State } from './state/state.js';
import { type Hit, tell } from './told.js';

export interface LinterOptions {
  readonly config: LintConfig;
  /** The oldest PostgreSQL that the files must run on. */
  readonly postgres: number;
  /** What `pgm verify` saw of these files; null if it was not run. */
  readonly facts: Facts | null;
}

export function createLinter(options: LinterOptions): Linter {
  return new RuleLinter(options);
}

const all: readonly Rule[] = Object.values(rules);
const statementRules = all.filter((rule): rule is StatementRule => rule.looksAt === 'statement');
const sourceRules = all.filter((rule): rule is SourceRule => rule.looksAt === 'source');

class RuleLinter implements Linter {
  readonly #state = new State();
  /** Earlier files create tables that may nevertheless be deployed. */
  #mayBeDeployed = false;
  #knowsDeployed = false;

  constructor(readonly options: LinterOptions) {}

  deploy(file: LintedFile): void {
    this.#begin(file, true);
    this.#knowsDeployed = true;
    for (const { parsed, command } of file.statements) {
      if (parsed !== null) this.#state.take(parsed, command);
    }
  }

  lint(file: LintedFile): FileLint {
    this.#begin(file, !file.isDue);
    const hits: Hit[] = [];
    const { postgres } = this.options;
    const asked = statementRules.filter((rule) => applies(rule, file));
    for (const { parsed, command } of file.statements) {
      if (parsed === null) continue;
      const context = { file, within: null, beside: [], postgres, command, asked };
      this.#look(parsed, context, hits);
    }
    for (const rule of all) {
      if (rule.looksAt !== 'file' || !applies(rule, file)) continue;
      this.#take(rule, file.key, rule.check(file, this.#state), hits);
    }
    const lookedFor = this.#lookedFor(file);
    this.#mayBeDeployed ||= !this.#knowsDeployed && file.makesTable;
    return tell(file, hits, { lookedFor, facts: this.options.facts });
  }

  finish(source: LintedSource): readonly SourceFinding[] {
    const ignoresOf = new Map(source.files.map(({ key, ignores }) => [key, ignores]));
    return sourceRules.flatMap((rule) =>
      Array.from(rule.check(source, this.#state)).flatMap((found): readonly SourceFinding[] => {
        const { key, message, advice = rule.instead } = found;
        const severity = settingOf(this.options.config, rule, key);
        if (severity === 'off') return [];
        const ignores = key === null ? [] : (ignoresOf.get(key) ?? []);
        const takenBack = ignores.find(({ rules: names }) => names.includes(rule.name)) ?? null;
        const finding = { ...findingOf(rule.name, severity, message, advice), family: rule.family };
        return [{ key, finding, takenBack }];
      }),
    );
  }

  #begin({ key, isTransaction, headers }: LintedFile, isDeployed: boolean): void {
    this.#state.beginFile({ file: key, isDeployed, runsOnce: headers.once }, isTransaction);
  }

  /** Checks a statement and those in its WITH or DO block, and takes each in before the next one. */
  #look(statement: Statement, context: Context & Asked, hits: Hit[]): void {
    const { file, within } = context;
    for (const rule of context.asked)
      this.#take(rule, file.key, rule.check(statement, this.#state, context), hits);
    const { writes } = statement;
    for (const write of writes) this.#look(write, { ...context, beside: writes }, hits);
    for (const { statement: nested, ...around } of runBy(statement)) {
      this.#look(nested, { ...context, beside: [], within: joined(within, around) }, hits);
    }
    this.#state.takeAlone(statement, context.command);
  }

  #take(rule: Rule, key: string, found: Iterable<Found>, hits: Hit[]): void {
    for (const each of found) {
      const severity = settingOf(this.options.config, rule, key);
      if (severity !== 'off') hits.push({ rule, severity, ...each });
    }
  }

  /** A rule that was not checked everywhere makes no line stale. */
  #lookedFor(file: LintedFile): readonly LintRuleName[] {
    if (file.refusal !== null || file.statements.some(({ unread }) => unread !== null)) return [];
    return all
      .filter((rule) => rule.looksAt !== 'source' && applies(rule, file))
      .filter(({ family }) => !this.#mayBeDeployed || !isOfOldTables(family))
      .map(({ name }) => name)
      .filter((name) => settingOf(this.options.config, rules[name], file.key) !== 'off');
  }
}

interface Asked {
  /** The name of the file's statement in messages. */
  readonly command: string;
  /** The rules that the file is to be checked by. */
  readonly asked: readonly StatementRule[];
}

/** A file that is in place has done its work; one that runs once has no second run. */
function applies({ family }: Rule, { isDue, headers }: LintedFile): boolean {
  if (family === 'second-run') return !headers.once;
  return isDue || !isOfOldTables(family);
}

function isOfOldTables(family: LintFamily): boolean {
  return family === 'locks' || family === 'data';
}

function joined(outside: Within | null, inside: Within): Within {
  if (outside === null) return inside;
  return {
    isConditional: outside.isConditional || inside.isConditional,
    conditions: [...outside.conditions, ...inside.conditions],
    caught: [...outside.caught, ...inside.caught],
  };
}
