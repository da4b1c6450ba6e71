import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './tools.js';

const directory = join(root, 'deploy/monitoring');

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A file of rules as Prometheus reads it, without the operator. */
export interface Rules {
  readonly groups: readonly { readonly rules: readonly Alert[] }[];
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly definition?: string }[];
  };
}

export function readText(name: string): string {
  return readFileSync(join(directory, name), 'utf8');
}

export function readRules(): Rules {
  return (parse(readText('rules.yaml')) as { readonly spec: Rules }).spec;
}

export function readDashboard(): Dashboard {
  return JSON.parse(readText('dashboard.json')) as Dashboard;
}
