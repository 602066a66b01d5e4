import canonicalize from 'canonicalize'

/**
 * A JSON value's one canonical text: RFC 8785 (JCS). Two values are equal exactly when their texts are.
 * Members that are undefined are left out, as JSON leaves them out.
 * Throws for what JSON cannot say: undefined itself, NaN, a lone surrogate.
 */
export function jcs(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('No JSON text stands for this value')
  return text
}
