import { writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { type BuildOptions, buildSync, type Metafile } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Other schema libraries, which those for OpenAPI would load only if a schema were theirs. */
const foreignSchemas = ['zod', 'zod/*', 'effect', 'arktype', 'sury', 'typebox']
/** Where the SDK would look for credentials that Lambda does not have: it gives them as variables. A third of a bundle. */
const otherCredentials = [
  ...['http', 'ini', 'process', 'sso', 'web-identity'].map((way) => `@aws-sdk/credential-provider-${way}`),
  '@smithy/credential-provider-imds',
]

/** How every function is bundled. */
const bundleOptions = {
  absWorkingDir: root,
  // Not where it is written to: the source map has paths from here, and would differ from folder to folder.
  outdir: '.',
  outExtension: { '.js': '.mjs' },
  // What is loaded by `import()` becomes a file of its own, named by its content, and so does what it shares with the rest.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  write: false,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'], // esbuild's own order for Node takes CommonJS first, of which it can leave out nothing
  external: [...foreignSchemas, ...otherCredentials],
  loader: { '.md': 'text' },
  minify: true,
  sourcemap: true, // for stack traces; without the sources, which the commit has
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions

/** The bundle of one module of the project: `index.mjs`, what that loads later, and what esbuild says of it. */
export const bundled = (entry: string, options: BuildOptions = {}) =>
  buildSync({ ...bundleOptions, ...options, entryPoints: [{ in: entry, out: 'index' }], write: false, metafile: true })

/** What is loaded at the start: `index.mjs` and what it imports otherwise than by `import()`, and that in turn. */
export function loadedAtStart({ outputs }: Metafile): Set<string> {
  const loaded = new Set<string>()
  const load = (path: string) => {
    if (loaded.has(path)) return
    loaded.add(path)
    for (const one of outputs[path]?.imports ?? []) if (one.kind === 'import-statement' && !one.external) load(one.path)
  }
  load('index.mjs')
  return loaded
}

/**
 * The code of `functions/<step>`: `index.mjs`, the chunks that it loads, and their source maps, bundled here and now,
 * without Docker and without the network. The asset is named by the hash of what came out, so the same sources give the
 * same template. What went in is written beside the asset, to `<step>.meta.json` (esbuild's metafile).
 */
export function bundle(step: string): Code {
  return Code.fromAsset(join(root, 'functions', step), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('unused'),
      local: {
        tryBundle(folder) {
          const { metafile, outputFiles } = bundled(`functions/${step}/handler.ts`)
          for (const { path, contents } of outputFiles) writeFileSync(join(folder, basename(path)), contents)
          writeFileSync(join(dirname(folder), `${step}.meta.json`), JSON.stringify(metafile))
          return true
        },
      },
    },
  })
}
