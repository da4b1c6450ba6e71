import { createHash } from 'node:crypto';
import type { FileLint, LintFinding, LintReport } from './lint-report.js';

/** A report in the format of GitLab's code quality. `pathOf` turns a path in the source into one in the repository. */
export function gitlabOf(
  { files }: LintReport,
  pathOf: (path: string) => string,
): readonly object[] {
  const seen = new Map<string, number>();
  return files.flatMap((file) =>
    file.findings.map((finding) => {
      const { rule, severity, message, place } = finding;
      const own = fingerprintOf(file, finding);
      const times = (seen.get(own) ?? 0) + 1;
      seen.set(own, times);
      return {
        description: message,
        check_name: rule,
        // The same finding twice in a file counts as two.
        fingerprint: times === 1 ? own : hash([own, String(times)]),
        severity: severity === 'error' ? 'major' : 'minor',
        location: { path: pathOf(file.path), lines: { begin: place?.line ?? 1 } },
      };
    }),
  );
}

/** Stays the same when lines are inserted before the finding. */
function fingerprintOf({ path }: FileLint, { rule, message, excerpt }: LintFinding): string {
  return hash([path, rule, message, excerpt?.text ?? '']);
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40);
}
