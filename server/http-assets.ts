// The built scripts, styles and fonts of the pages, by their address.
//
// The list is read once; only what is in it is ever opened, so no path of a request reaches the
// disk. Names hold a hash of the content, so answers may be kept for ever. The build lays a
// compressed copy (.br, .gz) beside each file that gains by it.

import { createReadStream, readdirSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { pipeline } from 'node:stream'

export interface Asset {
  contentType: string
  /** The best first; the plain file last. */
  variants: { encoding: 'br' | 'gzip' | 'identity'; path: string; size: number }[]
}
export type StaticAssets = ReadonlyMap<string, Asset>

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** Every file below `folder`, at `prefix` + its relative path. */
export function listAssets(folder: string, prefix: string): StaticAssets {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const present = new Set(names)
  const assets = new Map<string, Asset>()
  for (const path of names) {
    const contentType = contentTypes[extname(path)]
    if (contentType === undefined) continue
    const variants: Asset['variants'] = []
    if (present.has(`${path}.br`)) variants.push(variantOf('br', `${path}.br`))
    if (present.has(`${path}.gz`)) variants.push(variantOf('gzip', `${path}.gz`))
    variants.push(variantOf('identity', path))
    const relative = path.slice(folder.length + 1).split(sep)
    assets.set(prefix + relative.map(encodeURIComponent).join('/'), { contentType, variants })
  }
  return assets
}

function variantOf(encoding: Asset['variants'][number]['encoding'], path: string) {
  return { encoding, path, size: statSync(path).size }
}

export function sendAsset(asset: Asset, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
    return
  }
  const accepted = acceptedEncodings(request.headers['accept-encoding'])
  const variant = asset.variants.find(
    ({ encoding }) => encoding === 'identity' || accepted.has(encoding),
  )
  if (variant === undefined) throw new Error('an asset without its plain file')
  response.setHeader('content-type', asset.contentType)
  response.setHeader('content-length', variant.size)
  response.setHeader('cache-control', 'public, max-age=31536000, immutable')
  response.setHeader('vary', 'accept-encoding')
  if (variant.encoding !== 'identity') response.setHeader('content-encoding', variant.encoding)
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  // A reader that goes away ends the stream; there is nobody left to tell.
  pipeline(createReadStream(variant.path), response, () => undefined)
}

function acceptedEncodings(header: string | string[] | undefined): Set<string> {
  const parts = String(header ?? '').split(',')
  return new Set(
    parts
      .map((part) => part.trim().split(/\s*;\s*/))
      .filter(([, quality]) => quality === undefined || !/^q=0(\.0*)?$/.test(quality))
      .map(([name]) => (name ?? '').toLowerCase()),
  )
}
