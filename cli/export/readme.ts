/** What stands in an export, for whoever finds it. */
export const readme = (origin: string): string => `The log ${origin}, as npm run export has written it.

KEEP THIS FOLDER AS SAFE AS THE DEPLOYMENT IT CAME FROM. It holds every event with its payload and salt, those
included that only readers with a key may see. What is withheld by law is left out when the export is run again:
older copies still have it.

  checkpoint        the log's size and root, signed
  log/key           the keys that it is signed with
  tile/             hashes of the tree, and entries: as https://c2sp.org/tlog-tiles has them
  payloads/         what each entry says, a JSON a line, beside the entries of the same number

Check it, offline:            npx rapporteur-verify <this folder>
Bring it forward:             npm run export -- --out <this folder>
Put it into an empty stack:   npm run restore -- <this folder>
Serve it, read only:          any static host will do; rapporteur-verify reads it there too.
                              Without payloads/ it shows what is on record, and not what that says:
                              rapporteur-verify --entries.

It does not hold the texts of documents, nor the keys of the API: neither is in the log.
`
