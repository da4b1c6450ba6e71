/** The system's word for what went wrong (`ENOENT`), or null for an error that did not come from the system. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? null) : null;
}
