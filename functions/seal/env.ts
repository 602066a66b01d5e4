/** The variables the seal step needs. */
export const sealEnv = ['EVENTS_TABLE', 'LOG_TABLE'] as const
