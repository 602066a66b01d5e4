/**
 * What is wrong with a text as a geographic location, in words that follow the field's name; undefined if nothing is.
 * Source: RFC 5870 §3.3: `geo:43.238,76.945`, with an altitude and parameters where given. Only WGS 84, its default
 * coordinate reference system, is taken: degrees of another could not be shown on the same map.
 */
export function geoProblem(text: string): string | undefined {
  const found = form.exec(text)
  if (!found) return 'is not a geo URI as RFC 5870 has it, like geo:43.238,76.945'
  const [, latitude, longitude, crs = 'wgs84'] = found
  if (crs.toLowerCase() !== 'wgs84') return 'is not in WGS 84'
  if (Math.abs(Number(latitude)) > 90) return 'has a latitude beyond 90 degrees'
  return Math.abs(Number(longitude)) > 180 ? 'has a longitude beyond 180 degrees' : undefined
}

const number = String.raw`\d+(?:\.\d+)?`
const character = String.raw`(?:[\w\-.!~*'()[\]:&+$]|%[0-9A-Fa-f]{2})`
const form = new RegExp(
  `^geo:(-?${number}),(-?${number})(?:,-?${number})?` +
    `(?:;crs=([a-z0-9-]+))?(?:;u=${number})?(?:;(?!crs=|u=)[a-z0-9-]+(?:=${character}+)?)*$`,
  'i',
)
