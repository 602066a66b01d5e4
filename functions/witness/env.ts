/** The variables the witness step needs; `WITNESSES` as `-c witnesses=` has them: `<vkey> <url>, …`. */
export const witnessEnv = ['LOG_TABLE', 'WITNESSES'] as const
