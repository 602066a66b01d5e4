/** The variables the seal step needs. Of `views` a sweep reads how far the rows have come. */
export const sealEnv = ['EVENTS_TABLE', 'LOG_TABLE', 'VIEWS_TABLE'] as const
