import { yamlName, yamlWord } from '../configmap/configmap-scalar.js';

/** What `pgm fleet render` is asked to print. */
export interface FleetJobs {
  /** Of the service account; Jobs are called `<name>-1`, `<name>-2` and so on. */
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** The ConfigMap with the files. */
  readonly configMap: string;
  /** The Secret with the targets, mounted as a directory: `list` is the key with all of them, or each key is one target. */
  readonly secret: string;
  readonly list: string | null;
  /** Pods of a wave at a time; null for all. */
  readonly parallelism: number | null;
  /** Shares of a wave that may fail before its whole Job ends; null for all. */
  readonly maxFailedIndexes: number | null;
  /** Milliseconds that pgm takes to end after SIGTERM. */
  readonly graceMs: number;
  /** The rules of all waves, in order; empty if there are no waves. */
  readonly rules: readonly string[];
  /** Flags and their values, for each pod. */
  readonly flags: readonly string[];
  /** The waves to print. */
  readonly waves: readonly JobWave[];
}

export interface JobWave {
  /** Its rule; null if there are no waves. */
  readonly rule: string | null;
  /** From 1, among all waves. */
  readonly number: number;
  readonly shards: number;
}

/** Where the Secret is mounted. */
const mountPath = '/run/secrets/pgm-fleet';

/** Seconds between the end of `--grace` and the kubelet's SIGKILL. */
const spareSeconds = 40;

/** The `spec` of the pods of a wave. */
export function podSpec(jobs: FleetJobs, wave: JobWave): string {
  const { name, graceMs } = jobs;
  return `      serviceAccountName: ${yamlName(name)}
      automountServiceAccountToken: false
      enableServiceLinks: false
      restartPolicy: Never
      terminationGracePeriodSeconds: ${Math.ceil(graceMs / 1_000) + spareSeconds}
      securityContext:
        runAsNonRoot: true
        # So that the container can read the Secret.
        fsGroup: 1000
        seccompProfile:
          type: RuntimeDefault
      containers:
${container(jobs, wave)}      volumes:
${volumes(jobs)}`;
}

function container(jobs: FleetJobs, wave: JobWave): string {
  const args = argumentsOf(jobs, wave).map((word) => `            - ${yamlWord(word)}\n`);
  return `        - name: postgres-manager
          image: ${yamlWord(jobs.image)}
          args:
${args.join('')}          env:
            - name: NAMESPACE
              valueFrom:
                fieldRef:
                  fieldPath: metadata.namespace
            - name: CONFIGMAP_NAME
              value: ${yamlName(jobs.configMap)}
          # No probes: it ends by itself, and its exit code is the result.
          resources:
            requests:
              cpu: 100m
              memory: 256Mi
            limits:
              memory: 256Mi
          securityContext:
            runAsUser: 1000
            runAsGroup: 1000
            runAsNonRoot: true
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
            seccompProfile:
              type: RuntimeDefault
          volumeMounts:
            - name: migrations
              mountPath: /migrations-configmap
              readOnly: true
            - name: targets
              mountPath: ${mountPath}
              readOnly: true
`;
}

function volumes({ configMap, secret }: FleetJobs): string {
  return `        # Not optional: a run without files or without targets would succeed.
        - name: migrations
          configMap:
            name: ${yamlName(configMap)}
        - name: targets
          secret:
            secretName: ${yamlName(secret)}
            defaultMode: 0440
`;
}

/** What a pod runs. Kubernetes fills in its index in --shard. */
function argumentsOf({ rules, flags, list }: FleetJobs, { rule, shards }: JobWave): string[] {
  return [
    ...['fleet', 'migrate', '--targets', list === null ? mountPath : `${mountPath}/${list}`],
    ...rules.flatMap((each) => ['--wave', literally(each)]),
    ...(rule === null ? [] : ['--only-wave', literally(rule)]),
    ...['--shard', `$(JOB_COMPLETION_INDEX)/${shards}`],
    ...flags.map(literally),
  ];
}

/** Kubernetes reads `$(NAME)` as a variable, and `$$` as a dollar. */
function literally(word: string): string {
  return word.replace(/\$(?=[$(])/g, '$$$$');
}
