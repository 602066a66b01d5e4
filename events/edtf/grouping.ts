/**
 * The months of a sub-year grouping: the first, and how many, running into the next year where the year ends.
 *
 * | | |
 * | --- | --- |
 * | 21–24, 25–28 | spring March–May, summer June–August, autumn September–November, winter December to February of the next year. 25–28 name the northern hemisphere; 21–24 name none and are taken as northern |
 * | 29–32 | southern hemisphere: spring September–November, summer December to February of the next year, autumn March–May, winter June–August |
 * | 33–36 | quarters of three months |
 * | 37–39 | quadrimesters of four months |
 * | 40, 41 | halves of six months |
 *
 * Seasons are meteorological, of whole months; a winter, or a southern summer, is of the year in which it begins.
 * Source: EDTF level 2, Sub-year Groupings.
 */
export function grouping(code: number): { first: number; months: number } | undefined {
  if (code >= 21 && code <= 28) return { first: 3 + 3 * ((code - 21) % 4), months: 3 }
  if (code >= 29 && code <= 32) return { first: [9, 12, 3, 6][code - 29] as number, months: 3 }
  if (code >= 33 && code <= 36) return { first: 1 + 3 * (code - 33), months: 3 }
  if (code >= 37 && code <= 39) return { first: 1 + 4 * (code - 37), months: 4 }
  if (code === 40 || code === 41) return { first: 1 + 6 * (code - 40), months: 6 }
  return undefined
}
