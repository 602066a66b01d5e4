/**
 * The variables the API needs. `SOURCE` is `urn:rapporteur:<uuid>`, the CloudEvents source of all that it records;
 * `READS` is `public`, or else a key with the scope `read` is needed.
 */
export const apiEnv = [
  'EVENTS_TABLE',
  'LOG_TABLE',
  'VIEWS_TABLE',
  'TEXTS_TABLE',
  'ACCESS_TABLE',
  'SOURCE',
  'READS',
] as const
