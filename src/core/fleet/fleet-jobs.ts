import { yamlName, yamlWord } from '../configmap/configmap-scalar.js';
import { type FleetJobs, type JobWave, podSpec } from './fleet-pod.js';

/**
 * A service account, and an Indexed Job per wave, as one YAML stream. The output is deterministic, and contains nothing
 * about the targets but the rules.
 */
export function fleetJobsYaml(jobs: FleetJobs): string {
  const documents = [account(jobs), ...jobs.waves.map((wave) => job(jobs, wave))];
  return [...comments(jobs), '\n', documents.join('---\n')].join('');
}

/** Which targets each Job takes, and in which order, for people; kubectl ignores it. */
function comments({ name, rules, waves }: FleetJobs): string[] {
  const lines = waves.map(
    ({ rule, number }) => `# ${jobName(name, number)}: ${oneLine(rule ?? 'all targets')}\n`,
  );
  if (rules.length < 2) return lines;
  const order =
    '# A wave begins when the Job before it is complete. Argo CD and Helm see to that by the annotations; kubectl apply does\n' +
    '# not: with it, print and apply one wave at a time (--only-wave).\n';
  return [...lines, order];
}

function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

function jobName(name: string, number: number): string {
  return `${name}-${number}`;
}

function account({ name, namespace }: FleetJobs): string {
  return `# The Jobs do not talk to the API server.
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${yamlName(name)}
  namespace: ${yamlName(namespace)}
automountServiceAccountToken: false
`;
}

function job(jobs: FleetJobs, wave: JobWave): string {
  const { name, namespace, rules } = jobs;
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${yamlName(jobName(name, wave.number))}
  namespace: ${yamlName(namespace)}
  labels:
    app.kubernetes.io/name: ${yamlName(name)}
  annotations:
    argocd.argoproj.io/hook: Sync
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
    argocd.argoproj.io/sync-wave: '${wave.number}'
    helm.sh/hook: post-install,post-upgrade
    helm.sh/hook-weight: '${wave.number}'
    helm.sh/hook-delete-policy: before-hook-creation
    kustomize.toolkit.fluxcd.io/force: enabled${rules.length === 0 ? '' : `\n    pgm/wave: ${yamlWord(wave.rule ?? '')}`}
spec:
${jobSpec(jobs, wave)}  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${yamlName(name)}
        postgres-client: 'true'
    spec:
${podSpec(jobs, wave)}`;
}

function jobSpec({ parallelism, maxFailedIndexes }: FleetJobs, { shards }: JobWave): string {
  return `  completionMode: Indexed
  # Each pod takes its share of the targets of the wave.
  completions: ${shards}
  parallelism: ${Math.min(parallelism ?? shards, shards)}
  # pgm itself waits for servers and for other runners; a second pod is for a lost node, and for targets that were away.
  backoffLimitPerIndex: 2
  # What fails in one share stops no other one. With a smaller number, more failed shares end the whole Job.
  maxFailedIndexes: ${Math.min(maxFailedIndexes ?? shards, shards)}
  # Migrations may take long: this is when somebody should have a look, not how long a wave takes.
  activeDeadlineSeconds: 21600
  ttlSecondsAfterFinished: 86400
  podFailurePolicy:
    rules:
      # A failed migration (1) or a wrong configuration (2) would fail again.
      - action: FailIndex
        onExitCodes:
          containerName: postgres-manager
          operator: In
          values: [1, 2]
      # A drained node is not a failed migration.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: 'True'
`;
}
