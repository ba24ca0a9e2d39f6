// Where a cluster's schema registry is, and how one is let in. Goes from the config to the
// threads that decode, and never to a browser, an answer or a log.

export interface RegistryAddress {
  /** http or https, with a path where the API is not at the root. */
  url: string
  username?: string
  password?: string
  /** Sent as Authorization: Bearer. */
  token?: string
  /** Certificates that are trusted beside the system's, as PEM. */
  ca?: string
}

/** Without what would let somebody in. */
export function shownAddress({ url }: RegistryAddress): string {
  try {
    const parsed = new URL(url)
    parsed.username = ''
    parsed.password = ''
    return parsed.href.replace(/\/$/, '')
  } catch {
    return 'an address that is no URL'
  }
}
