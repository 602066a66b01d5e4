/** Reads a page, and again with half the items as long as it has more than `bytes`. A page of one item always passes. */
export async function fitting<Page>(
  bytes: number,
  limit: number,
  read: (limit: number) => Promise<Page>,
): Promise<Page> {
  for (let count = limit; ; count = Math.ceil(count / 2)) {
    const page = await read(count)
    if (count === 1 || Buffer.byteLength(JSON.stringify(page)) <= bytes) return page
  }
}
