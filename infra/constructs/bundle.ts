import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { type BuildOptions, buildSync } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'], // esbuild's own order for Node takes CommonJS first, which it cannot shake
  minify: true,
  keepNames: true, // names of errors, and of functions in a stack trace
  metafile: true,
  loader: { '.md': 'text' },
  // Other schema libraries, which the OpenAPI ones would load only if a schema were theirs.
  external: ['zod', 'zod/*', 'effect', 'arktype', 'sury', 'typebox'],
  // CommonJS dependencies ask for Node's own modules at run time.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'warning',
} satisfies BuildOptions

/**
 * The code of `functions/<step>`: `index.mjs`, bundled here and now, without Docker and without the network. The
 * asset is named by the hash of what came out, so the same sources give the same template. What went in is
 * written beside the asset, to `<step>.meta.json` (esbuild's metafile).
 */
export function bundle(step: string): Code {
  return Code.fromAsset(join(root, 'functions', step), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('unused'),
      local: {
        tryBundle(folder) {
          const { metafile } = buildSync({
            ...options,
            entryPoints: [`functions/${step}/handler.ts`],
            outfile: join(folder, 'index.mjs'),
          })
          writeFileSync(join(dirname(folder), `${step}.meta.json`), JSON.stringify(metafile))
          return true
        },
      },
    },
  })
}
