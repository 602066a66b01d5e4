/**
 * Whether an SDK call failed without a word from the service that it refuses: a time-out, a broken connection, an
 * error of the service's own. What the call was to do may be done all the same.
 */
export const unanswered = (error: unknown): boolean =>
  error instanceof Error && '$metadata' in error && !('$fault' in error && error.$fault === 'client')
