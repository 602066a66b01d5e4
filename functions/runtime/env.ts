/** Reads the named variables, at cold start. Throws one error that names every missing one. */
export function readEnv<const Name extends string>(
  names: readonly Name[],
  from: Readonly<Record<string, string | undefined>> = process.env,
): Record<Name, string> {
  const missing = names.filter((name) => !from[name])
  if (missing.length > 0) throw new Error(`Missing environment variables: ${missing.join(', ')}`)
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Record<Name, string>
}
