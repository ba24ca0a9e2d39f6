// The two small files of a broker's folder that are not logs: meta.properties, which says whose
// folder it is, in Kafka's form; and the epoch in the clean-shutdown marker, by which the
// controller knows that the broker's last life ended in order.

import type { Disk, Random } from './runtime/runtime.ts'
import { CLEAN_SHUTDOWN } from './storage/file-names.ts'

const META_PROPERTIES = 'meta.properties'

export interface BrokerIdentity {
  /** undefined until the broker has met its controller for the first time. */
  clusterId: string | undefined
  directoryId: string
}

/** The folder belongs to another node, or its meta.properties cannot be read. */
export class BrokerFolderError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BrokerFolderError'
  }
}

function parseProperties(content: Buffer): Map<string, string> {
  const properties = new Map<string, string>()
  for (const line of content.toString('utf8').split('\n')) {
    const at = line.indexOf('=')
    if (at > 0 && !line.startsWith('#')) {
      properties.set(line.slice(0, at).trim(), line.slice(at + 1).trim())
    }
  }
  return properties
}

export function readIdentity(
  disk: Disk,
  random: Random,
  folder: string,
  brokerId: number,
): BrokerIdentity {
  const path = `${folder}/${META_PROPERTIES}`
  const content = disk.readSmall(path)
  if (content === undefined) return { clusterId: undefined, directoryId: random.uuid() }
  const properties = parseProperties(content)
  const nodeId = properties.get('node.id')
  if (nodeId !== String(brokerId)) {
    throw new BrokerFolderError(`${path} belongs to node ${nodeId}, not to broker ${brokerId}`)
  }
  return {
    clusterId: properties.get('cluster.id'),
    directoryId: properties.get('directory.id') ?? random.uuid(),
  }
}

export async function writeIdentity(
  disk: Disk,
  folder: string,
  brokerId: number,
  identity: BrokerIdentity & { clusterId: string },
): Promise<void> {
  const lines = [
    'version=1',
    `cluster.id=${identity.clusterId}`,
    `node.id=${brokerId}`,
    `directory.id=${identity.directoryId}`,
  ]
  await disk.writeSmall(`${folder}/${META_PROPERTIES}`, Buffer.from(`${lines.join('\n')}\n`))
}

/** Must be read before the log directory is opened, which takes the marker away. */
export function readCleanShutdownEpoch(disk: Disk, folder: string): bigint | undefined {
  const content = disk.readSmall(`${folder}/${CLEAN_SHUTDOWN}`)
  if (content === undefined) return undefined
  const match = /"brokerEpoch"\s*:\s*(\d+)/.exec(content.toString('utf8'))
  return match?.[1] === undefined ? undefined : BigInt(match[1])
}

/** Puts the epoch into the marker that the closed log directory has left. */
export async function writeCleanShutdownEpoch(
  disk: Disk,
  folder: string,
  brokerEpoch: bigint,
): Promise<void> {
  const path = `${folder}/${CLEAN_SHUTDOWN}`
  if (!disk.exists(path)) return
  await disk.writeSmall(path, Buffer.from(`{"version":0,"brokerEpoch":${brokerEpoch}}`))
}
