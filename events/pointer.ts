/** A JSON Pointer as a URI fragment, RFC 6901 §6: `pointer('fragments', 0, 'selector')` is `#/fragments/0/selector`. */
export function pointer(...path: readonly (string | number)[]): string {
  return `#${path.map((step) => `/${encodeURIComponent(String(step).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`
}
