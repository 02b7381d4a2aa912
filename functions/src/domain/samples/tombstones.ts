/** How many deletions are remembered for one person. */
const mostTombstones = 50_000;

/**
 * The identities that stay deleted, in the order in which they were deleted. Samples may arrive after their own
 * deletion, so deletions must be remembered; when there are too many, the oldest are let go.
 */
export function rememberDeletions(known: readonly string[], deleted: readonly string[]): string[] {
  return [...new Set([...known, ...deleted])].slice(-mostTombstones);
}
