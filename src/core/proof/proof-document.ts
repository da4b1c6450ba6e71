import { countFindings, type FileProof, type Finding, type Proof } from './proof.js';

/** What `pgm verify --json` prints. */
export function proofDocument(proof: Proof): object {
  const { error, warning } = countFindings(proof);
  return {
    fit: error === 0,
    revision: proof.revision,
    base: proof.base,
    live: proof.live,
    serverVersion: proof.serverVersion,
    counts: { files: proof.files.length, errors: error, warnings: warning },
    files: proof.files.map(fileDocument),
    notCompared: proof.notCompared,
  };
}

function fileDocument({
  key,
  path,
  change,
  verdict,
  findings,
  ignored,
  statements,
  withoutRows,
}: FileProof): object {
  return {
    key,
    path,
    change,
    verdict,
    findings: findings.map(findingDocument),
    ignored: ignored.map(({ finding, reason }) => ({ ...findingDocument(finding), reason })),
    statements,
    withoutRows,
  };
}

function findingDocument(finding: Finding): object {
  const { rule, severity, message, place, excerpt, advice, failure, objects, rows, undoes } =
    finding;
  return {
    rule,
    severity,
    message,
    place,
    excerpt,
    advice,
    failure,
    objects,
    rows,
    undoes,
  };
}
