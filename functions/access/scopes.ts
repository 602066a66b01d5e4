/** What a key may do. `admin` includes all others. Which route needs which: docs of the routes, and the contract. */
export const scopes = ['record', 'revise', 'retract', 'read', 'read-text', 'admin'] as const
export type Scope = (typeof scopes)[number]

export const isScope = (word: string): word is Scope => (scopes as readonly string[]).includes(word)

/** Whether these scopes allow what needs `scope`. */
export const allows = (given: readonly Scope[], scope: Scope) => given.includes(scope) || given.includes('admin')
