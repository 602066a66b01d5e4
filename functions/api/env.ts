/** The variables the API needs. `SOURCE` is `urn:rapporteur:<uuid>`, the CloudEvents source of all that it records. */
export const apiEnv = ['EVENTS_TABLE', 'LOG_TABLE', 'VIEWS_TABLE', 'TEXTS_TABLE', 'ACCESS_TABLE', 'SOURCE'] as const
