/** Does the work for every item, at most `limit` at a time. */
export async function each<Item>(items: Iterable<Item>, limit: number, work: (item: Item) => Promise<unknown>) {
  const queue = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: limit }, worker))
}
