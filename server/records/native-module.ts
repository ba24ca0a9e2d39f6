// Loads native packages when they are first needed, so that a broker which never decompresses
// does not carry the codecs, and a platform without a prebuilt binary loses only that codec.

import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Answers a function that loads `name` on its first call and gives the same module ever after. */
export function lazyModule<T>(name: string): () => T {
  let loaded: T | undefined
  return () => {
    loaded ??= require(name) as T
    return loaded
  }
}
