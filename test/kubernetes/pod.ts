import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface HttpProbe {
  readonly httpGet: { readonly path: string; readonly port: number };
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

/** What of a container's manifest a run needs. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; valueFrom?: object }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly livenessProbe?: HttpProbe;
  readonly readinessProbe?: HttpProbe;
  readonly startupProbe?: HttpProbe;
}

export interface Deployment {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly initContainers: readonly Container[];
        readonly containers: readonly Container[];
        readonly volumes: readonly {
          readonly name: string;
          readonly configMap?: { name: string };
        }[];
      };
    };
  };
}

/** A pod of one Deployment on this machine: its volumes are directories, its ports other ports. */
export class Pod {
  readonly #root = mkdtempSync(join(tmpdir(), 'pgm-test-pod-'));
  readonly deployment: Deployment;

  /** `ports`: what a port of the manifest is here. */
  constructor(
    manifest: string | URL,
    readonly ports: ReadonlyMap<number, number>,
  ) {
    this.deployment = parse(readFileSync(manifest, 'utf8')) as Deployment;
    for (const { name } of this.#spec.volumes) mkdirSync(this.volume(name));
  }

  get #spec(): Deployment['spec']['template']['spec'] {
    return this.deployment.spec.template.spec;
  }

  volume(name: string): string {
    return join(this.#root, name);
  }

  container(name: string): Container {
    const all = [...this.#spec.initContainers, ...this.#spec.containers];
    const found = all.find((container) => container.name === name);
    if (found === undefined) throw new Error(`the Deployment has no container ${name}`);
    return found;
  }

  /** The variables of a container, with its paths and ports as they are on this machine. */
  environment(container: Container): Record<string, string> {
    const { namespace } = this.deployment.metadata;
    return Object.fromEntries(
      (container.env ?? []).map(({ name, value }) => [
        name,
        this.#here(value ?? namespace, container),
      ]),
    );
  }

  /** What the container is started with, behind what its image brings. */
  words(words: readonly string[] | undefined, container: Container): string[] {
    return (words ?? []).map((word) => this.#here(word, container));
  }

  /** The port of this machine that stands for a port of the manifest. */
  port(port: number): number {
    return this.ports.get(port) ?? port;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  #here(text: string, { volumeMounts = [] }: Container): string {
    const withPaths = volumeMounts.reduce(
      (changed, { name, mountPath }) => changed.replaceAll(mountPath, this.volume(name)),
      text,
    );
    return withPaths.replace(/(^|:)(\d{4})(?=\/|$)/g, (_all, before: string, port: string) => {
      return before + String(this.port(Number(port)));
    });
  }
}
