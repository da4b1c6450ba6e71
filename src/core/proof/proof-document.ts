import { countFindings, type FileProof, type Finding, type Proof } from './proof.js';

/** What `pgm verify --json` prints. */
export interface ProofDocument extends Omit<Proof, 'files'> {
  /** Whether there is no error. */
  readonly fit: boolean;
  readonly counts: { readonly files: number; readonly errors: number; readonly warnings: number };
  readonly files: readonly FileProofDocument[];
}

export interface FileProofDocument extends Omit<FileProof, 'ignored'> {
  /** What `-- pgm:ignore` suppresses. */
  readonly ignored: readonly (Finding & { readonly reason: string | null })[];
}

export function proofDocument(proof: Proof): ProofDocument {
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
}: FileProof): FileProofDocument {
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

function findingDocument(finding: Finding): Finding {
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
