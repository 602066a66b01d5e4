/** The variables the project step needs. It reads `events` only to catch up a stream that was parked. */
export const projectEnv = ['EVENTS_TABLE', 'LOG_TABLE', 'VIEWS_TABLE'] as const
