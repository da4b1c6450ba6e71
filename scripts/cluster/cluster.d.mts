export interface KubectlPort {
  ask(args: readonly string[], input?: string): Promise<string>;
  askJson(args: readonly string[]): Promise<unknown>;
  apply(...items: readonly { readonly kind: string; readonly data?: object }[]): Promise<unknown>;
}

/** Milliseconds. */
export interface ClusterPatience {
  readonly timeout: number;
  readonly interval: number;
  readonly hold: number;
}

export class Cluster {
  constructor(kubectl: KubectlPort, patience: ClusterPatience, signal: AbortSignal);
}
