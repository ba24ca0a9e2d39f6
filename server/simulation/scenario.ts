// Cases people talk about, as transcripts: what is done to a simulated cluster, one command on a
// line that begins with '> ', and under it what came of it. One topic of one partition, on all
// brokers. Running a transcript answers it anew; a difference is a change of behaviour.

import { errorName } from '../protocol/errors.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { SimulatedClient } from './client.ts'
import { hostOf, SimulatedCluster } from './cluster.ts'
import { ScenarioGroup } from './scenario-group.ts'
import { readPartition } from './workload.ts'
import { World } from './world.ts'

const TOPIC = 'case'
const LIMIT_MS = 30_000
const TIMEOUT_MS = 2000
const SETTLED_MS = 1000
const TRIES = 20

type Command = (words: readonly string[]) => Promise<string> | string

export class Scenario {
  private readonly world: World
  private readonly cluster: SimulatedCluster
  private readonly client: SimulatedClient
  private readonly group: ScenarioGroup
  private readonly commands: Record<string, Command>

  constructor(name: string, brokers: number) {
    this.world = new World({ seed: `scenario/${name}` })
    this.cluster = new SimulatedCluster(this.world, { brokers })
    const clientOf = (of: string) =>
      new SimulatedClient(this.world.start(of), of, this.cluster.brokerIds)
    this.client = clientOf('client')
    this.group = new ScenarioGroup(clientOf, TOPIC)
    this.commands = { ...this.clusterCommands, ...this.group.commands }
  }

  /** The transcript with what its commands lead to now. */
  async replay(transcript: string): Promise<string> {
    const lines: string[] = []
    for (const line of transcript.split('\n')) {
      if (!line.startsWith('> ')) {
        if (line === '' || line.startsWith('#')) lines.push(line)
        continue
      }
      const [name = '', ...words] = line.slice(2).split(' ')
      const command = this.commands[name]
      lines.push(line)
      const said = command === undefined ? `no command is called ${name}` : command(words)
      const outcome = await this.settled(Promise.resolve(said))
      if (outcome !== '') lines.push(outcome)
    }
    return lines.join('\n')
  }

  private async settled(promise: Promise<string>): Promise<string> {
    let outcome: string | undefined
    promise.then(
      (value) => {
        outcome = value
      },
      (error: unknown) => {
        outcome = error instanceof Error ? error.name : 'failed'
      },
    )
    await this.world.scheduler.runUntil(() => outcome !== undefined, LIMIT_MS)
    return outcome ?? 'no answer'
  }

  private readonly clusterCommands: Record<string, Command> = {
    start: async () => {
      this.cluster.start()
      await this.createTopic()
      return ''
    },
    wait: async ([ms]) => {
      await this.client.pause(Number(ms))
      return ''
    },
    state: () => this.state(),
    produce: ([value = '']) => this.produce(value),
    'produce-at': ([broker, value = '']) => this.produce(value, Number(broker)),
    read: async () => {
      const reading = await readPartition(this.client, TOPIC, 0)
      return reading?.found.map(({ offset, value }) => `${offset} ${value}`).join(', ') ?? ''
    },
    'cut-off': ([broker]) => {
      const host = hostOf(Number(broker))
      const others = this.cluster.brokerIds.map(hostOf).filter((other) => other !== host)
      for (const other of ['controller', ...others]) this.world.network.cutBothWays(host, other)
      return ''
    },
    heal: () => {
      this.world.network.heal()
      return ''
    },
    kill: ([broker]) => {
      this.cluster.killBroker(Number(broker), 'process')
      return ''
    },
    'cut-power': ([broker]) => {
      this.cluster.killBroker(Number(broker), 'power')
      return ''
    },
    'lose-disk': ([broker]) => {
      const id = Number(broker)
      this.cluster.onDiskFault = () => this.cluster.killBroker(id, 'process')
      const disk = this.world.diskOf(hostOf(id))
      if (disk !== undefined) disk.fault = (now) => (now === 'write' ? 'EIO' : undefined)
      return ''
    },
    'mend-disk': ([broker]) => {
      const disk = this.world.diskOf(hostOf(Number(broker)))
      if (disk !== undefined) disk.fault = undefined
      return ''
    },
    restart: ([broker]) => {
      this.cluster.startBroker(Number(broker))
      return ''
    },
    'restart-controller': () => {
      this.cluster.killController('power')
      this.cluster.startController()
      return ''
    },
    config: ([name = '', value = '']) => this.configure(name, value),
    reassign: ([replicas = '']) => this.reassign(replicas.split(',').map(Number)),
    'cancel-reassignment': () => this.reassign(null),
  }

  private state(): string {
    const image = this.cluster.controller?.controller.image
    const partition = image?.topic(TOPIC)?.partitions[0]
    if (partition === undefined) return 'no partition'
    const { leader, leaderEpoch, replicas, inSyncReplicas, eligibleLeaderReplicas } = partition
    const list = (ids: readonly number[]) => [...ids].sort((a, b) => a - b).join(',')
    const eligible =
      eligibleLeaderReplicas.length > 0 ? `, ${list(eligibleLeaderReplicas)} eligible` : ''
    const adding =
      partition.addingReplicas.length > 0 ? `, adding ${list(partition.addingReplicas)}` : ''
    return `leader ${leader} in epoch ${leaderEpoch}, ${list(inSyncReplicas)} of ${replicas.join(',')} in sync${eligible}${adding}`
  }

  /** Its leader is broker 1, and then the others in their order. */
  private async createTopic(): Promise<void> {
    await this.client.pause(SETTLED_MS)
    await this.client.anyBroker().request('createTopics', {
      topics: [
        {
          name: TOPIC,
          numPartitions: -1,
          replicationFactor: -1,
          assignments: [{ partitionIndex: 0, brokerIds: [...this.cluster.brokerIds] }],
        },
      ],
      timeoutMs: TIMEOUT_MS,
    })
    await this.client.pause(SETTLED_MS)
  }

  private async leader(): Promise<number | undefined> {
    for (let tries = 0; tries < TRIES; tries++) {
      this.client.forgetLeaders()
      try {
        return await this.client.leader(TOPIC, 0)
      } catch {
        // The broker that was asked does not run; another may.
        await this.client.pause(100)
      }
    }
    return undefined
  }

  private async produce(value: string, broker?: number): Promise<string> {
    const leader = broker ?? (await this.leader())
    if (leader === undefined) return 'no leader'
    const timestamp = BigInt(this.client.runtime.clock.now())
    const records = buildBatch([{ key: value, value }], { timestamp })
    const answer = await this.client.connection(leader).request(
      'produce',
      {
        acks: -1,
        timeoutMs: TIMEOUT_MS,
        topicData: [{ name: TOPIC, partitionData: [{ index: 0, records }] }],
      },
      { versionMax: 12 },
    )
    const row = answer.responses[0]?.partitionResponses[0]
    if (row === undefined) return 'no answer'
    return row.errorCode === 0
      ? `broker ${leader} acknowledges offset ${row.baseOffset}`
      : `broker ${leader} answers ${errorName(row.errorCode)}`
  }

  private async configure(name: string, value: string): Promise<string> {
    const answer = await this.client.anyBroker().request('incrementalAlterConfigs', {
      resources: [
        { resourceType: 2, resourceName: TOPIC, configs: [{ name, configOperation: 0, value }] },
      ],
      validateOnly: false,
    })
    return errorName(answer.responses[0]?.errorCode ?? -1)
  }

  private async reassign(replicas: number[] | null): Promise<string> {
    const answer = await this.client.anyBroker().request('alterPartitionReassignments', {
      timeoutMs: TIMEOUT_MS,
      topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0, replicas }] }],
    })
    return errorName(answer.responses[0]?.partitions[0]?.errorCode ?? answer.errorCode)
  }
}
