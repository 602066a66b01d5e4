/** What is used of the package `edtf`, which brings no types of its own. */
declare module 'edtf' {
  /** Takes a text apart; throws where it is not in the grammar. */
  export default function edtf(text: string): unknown
}
