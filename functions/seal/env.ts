/**
 * The variables the seal step needs. Of `views` a sweep reads how far the rows have come; `LOG_KEYS` is the path of the
 * parameters that hold the log's keys, with a slash at its end; `ORIGIN` what a log is called that has no name yet.
 */
export const sealEnv = ['EVENTS_TABLE', 'LOG_TABLE', 'VIEWS_TABLE', 'LOG_KEYS', 'ORIGIN'] as const

/** Besides, where the stack has witnesses: the function that asks them. */
export const witnessFunction = 'WITNESS_FUNCTION'
