#!/usr/bin/env node
// `npx rapporteur-verify` in a clone: bundled here and now, so that it is never older than the sources.

import { Buffer } from 'node:buffer'
import { built } from './verify/build.mjs'

await import(`data:text/javascript;base64,${Buffer.from(built()).toString('base64')}`)
