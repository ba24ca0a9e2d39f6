// How pages reach the console's services: one plain function under one global symbol.
//
// Next gives pages, route handlers and the server's entry copies of every module, so a module
// variable would be a different one in each. This file is the only one that touches the symbol,
// imports nothing, and keeps nothing but the function.

const KEY = Symbol.for('riverglass.console')

export type ConsoleFetch = (request: Request) => Promise<Response>

type Holder = { [KEY]?: ConsoleFetch }

/** Makes `fetch` the one that pages ask; answers a function that takes it back. */
export function offerConsole(fetch: ConsoleFetch): () => void {
  const holder = globalThis as Holder
  holder[KEY] = fetch
  return () => {
    if (holder[KEY] === fetch) delete holder[KEY]
  }
}

/** Asks the console as the browser would, without the network: `consoleFetch('/api/clusters')`. */
export async function consoleFetch(path: string, init?: RequestInit): Promise<Response> {
  const fetch = (globalThis as Holder)[KEY]
  if (fetch === undefined) throw new Error('The console is not running in this process')
  return fetch(new Request(new URL(path, 'http://localhost'), init))
}
