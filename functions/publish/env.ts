/** The variables the publish step needs. `EVENT_BUS` is the bus's name. */
export const publishEnv = ['LOG_TABLE', 'EVENT_BUS'] as const
