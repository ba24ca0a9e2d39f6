// meta.properties: which cluster and which node a data folder belongs to, in Kafka's form.
// Written once, when the folder is new; the cluster's id is drawn then.

import type { Disk, Random } from '../runtime/runtime.ts'

const FILE_NAME = 'meta.properties'
const FORMAT_VERSION = '1'

export interface ClusterIdentity {
  readonly clusterId: string
  readonly nodeId: number
  readonly directoryId: string
}

/** The folder belongs to somebody else, or its file cannot be understood. */
export class WrongDataFolderError extends Error {
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`)
    this.name = 'WrongDataFolderError'
  }
}

/** `isNew`: the folder holds no metadata yet, so a missing file is written. */
export async function readOrMakeIdentity(
  runtime: { disk: Disk; random: Random },
  dataFolder: string,
  nodeId: number,
  isNew: boolean,
): Promise<ClusterIdentity> {
  const path = `${dataFolder}/${FILE_NAME}`
  const content = runtime.disk.readSmall(path)
  if (content !== undefined) return checked(path, content.toString('utf8'), nodeId)
  if (!isNew) {
    throw new WrongDataFolderError(path, 'is missing, though the folder holds a metadata log')
  }
  const identity: ClusterIdentity = {
    clusterId: runtime.random.uuid(),
    nodeId,
    directoryId: runtime.random.uuid(),
  }
  await runtime.disk.writeSmall(path, Buffer.from(serialize(identity)))
  return identity
}

function serialize(identity: ClusterIdentity): string {
  return [
    `version=${FORMAT_VERSION}`,
    `cluster.id=${identity.clusterId}`,
    `node.id=${identity.nodeId}`,
    `directory.id=${identity.directoryId}`,
    '',
  ].join('\n')
}

function checked(path: string, text: string, nodeId: number): ClusterIdentity {
  const properties = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\s*([^#=\s]+)\s*=\s*(.*?)\s*$/.exec(line)
    if (match?.[1] !== undefined && match[2] !== undefined) properties.set(match[1], match[2])
  }
  const version = properties.get('version')
  if (version !== FORMAT_VERSION) {
    throw new WrongDataFolderError(path, `has version ${version ?? 'none'}, not ${FORMAT_VERSION}`)
  }
  const clusterId = properties.get('cluster.id')
  const directoryId = properties.get('directory.id')
  if (clusterId === undefined || directoryId === undefined) {
    throw new WrongDataFolderError(path, 'names no cluster.id or directory.id')
  }
  if (properties.get('node.id') !== String(nodeId)) {
    throw new WrongDataFolderError(
      path,
      `belongs to node ${properties.get('node.id') ?? 'unknown'}, not to node ${nodeId}`,
    )
  }
  return { clusterId, nodeId, directoryId }
}
