/** The variables the withhold step needs. */
export const withholdEnv = ['EVENTS_TABLE', 'LOG_TABLE'] as const
