import type { Command } from 'commander';

export function helpBlock(program: Command): string;
