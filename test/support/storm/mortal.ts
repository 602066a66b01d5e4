import type { Life, Weather } from './weather.ts'

/** What a caller hears of a process that has died. */
export class Killed extends Error {
  override readonly name = 'Killed'
}

/**
 * A process that is killed now and then, and started anew. Whatever it was doing stops at the call that it was making:
 * that may have landed, and nothing after it happens.
 */
export class Mortal<Input, Output> {
  killed = 0
  readonly #start: (life: Life) => (input: Input) => Promise<Output>
  #running: { readonly life: Life; readonly act: (input: Input) => Promise<Output>; readonly end: Promise<never> }

  constructor(start: (life: Life) => (input: Input) => Promise<Output>) {
    this.#start = start
    this.#running = this.#begin()
  }

  /** @throws {Killed} when it dies meanwhile */
  call(input: Input): Promise<Output> {
    const { act, end } = this.#running
    return Promise.race([act(input), end])
  }

  kill(): void {
    this.#running.life.die()
  }

  /** Has it die in the midst of what it does next: after so many of its calls are answered. */
  doom(answers: number): void {
    this.#running.life.left = answers
  }

  #begin() {
    let reject: (error: Killed) => void = () => undefined
    const end = new Promise<never>((_, refuse) => {
      reject = refuse
    })
    end.catch(() => undefined) // where nobody waits for it
    const life: Life = {
      dead: false,
      left: Number.POSITIVE_INFINITY,
      die: () => {
        if (life.dead) return
        life.dead = true
        this.killed++
        this.#running = this.#begin()
        reject(new Killed())
      },
    }
    return { life, act: this.#start(life), end }
  }
}

/** Kills one of them now and then, at a call of its own or between two, and now and then all at once. */
export async function killing(
  mortals: readonly Pick<Mortal<never, unknown>, 'kill' | 'doom'>[],
  { draw }: Weather,
  pause: () => Promise<unknown>,
  isOver: () => boolean,
): Promise<void> {
  for (;;) {
    await pause()
    if (isOver()) return
    const chosen = Math.floor(draw() * (mortals.length + 1))
    for (const one of chosen === mortals.length ? mortals : [mortals[chosen]]) {
      if (draw() < 0.5) one?.kill()
      else one?.doom(1 + Math.floor(draw() * 25))
    }
  }
}
