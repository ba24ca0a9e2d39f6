// Real faults: while a producer in another process (librdkafka, acks=all, idempotent) goes on,
// single brokers are killed at random, then the whole process by SIGKILL. In the end everything is
// read back: nothing lost, nothing twice, every partition in order.
//
//   npm run kills -- --brokers 100 --processes 20 --seed 1
//
// A killed broker may come back before the others have seen it gone, and the next one may go before
// the last has caught up; one is dead at a time. What is acknowledged outlives even that, since a
// process that is killed leaves its writes with the system (power cuts are the simulation's).

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { confluent, confluentPython } from './clients/confluent.ts'
import { freePorts } from './clusters.ts'
import { withAdmin } from './groups.ts'
import { Background, eventually, runOk } from './process.ts'

const root = join(import.meta.dirname, '../..')
const script = join(import.meta.dirname, 'clients/kills.py')
const topic = 'survivors'
const brokerCount = 3
const partitions = 6
const recordsPerSecond = 1500
/** How long a killed broker stays away, and how long nothing is killed, at most. */
const awayMsMax = 1500
const quietMsMax = 1500
const goOnMsMax = 60_000

export interface KillsPlan {
  brokerKills: number
  processKills: number
  seed: number
  /** Told after every kill. */
  onKill?: (line: string) => void
}

export interface KillsOutcome {
  sent: number
  acknowledged: number
  read: number
  lost: number
  doubled: number
  disordered: number
  /** Values that nobody sent. */
  strange: number
  /** Errors that the producer reported for records. */
  failures: string[]
  /** The longest that a record waited for its acknowledgement, after each kill, in milliseconds. */
  waitsMs: { broker: number[]; process: number[] }
}

/** Why there can be no kills here; undefined when there can. */
export const killsAbsence = (): Promise<string | undefined> => confluent.absence()

/** The program of kill-host.ts with the threads of the product, bundled as the product is. */
async function buildHost(outdir: string): Promise<string> {
  const tooling = JSON.stringify(join(root, 'server/tooling/build-server.js'))
  const code = `
    import { build } from 'esbuild'
    import { optionsFor } from ${tooling}
    const options = optionsFor(${JSON.stringify(outdir)})
    const host = ${JSON.stringify(join(import.meta.dirname, 'kill-host.ts'))}
    const { riverglass, ...threads } = options.entryPoints
    await build({ ...options, entryPoints: { 'kill-host': host, ...threads } })`
  await runOk(process.execPath, ['--input-type=module', '-e', code], { cwd: root })
  return join(outdir, 'kill-host.js')
}

/** The process with the engine, which may be killed and started again on the same folder. */
class Host {
  private readonly args: readonly string[]
  private child: Background | undefined
  private said = new Set<string>()

  constructor(program: string, folder: string, port: number) {
    this.args = [program, folder, String(port), String(brokerCount)]
  }

  async start(): Promise<void> {
    this.said = new Set()
    const { said } = this
    this.child = new Background(process.execPath, this.args, (line) => said.add(line))
    await this.hear('ready')
  }

  async order(order: string): Promise<void> {
    this.said.delete(`done ${order}`)
    this.child?.write(`${order}\n`)
    await this.hear(`done ${order}`)
  }

  async kill(): Promise<void> {
    await this.child?.stop('SIGKILL')
  }

  get hasEnded(): boolean {
    return this.child?.hasEnded ?? true
  }

  get lastLines(): string {
    return this.child?.lastLines ?? ''
  }

  private async hear(line: string): Promise<void> {
    const isHeard = (): boolean => this.said.has(line)
    await eventually(`the cluster to say ${line}`, () => isHeard() || this.hasEnded).catch(
      () => undefined,
    )
    if (!isHeard()) throw new Error(`no "${line}" from the cluster:\n${this.lastLines}`)
  }
}

interface ProducerLine {
  acknowledged: number
  slowestMs?: number
  end?: boolean
  sent?: number[]
  left?: number
  failed?: number | string[]
  fatal?: string
}

/** librdkafka in a process of its own. */
class PersistentProducer {
  private readonly child: Background
  private latest: ProducerLine = { acknowledged: 0 }
  private slowestMs = 0
  readonly fatal: string[] = []

  constructor(bootstrap: string) {
    const args = [script, 'produce', bootstrap, topic, String(partitions), String(recordsPerSecond)]
    this.child = new Background(confluentPython, args, (line, stream) => {
      if (stream !== 'stdout') return
      const said = JSON.parse(line) as ProducerLine
      if (said.fatal !== undefined) this.fatal.push(said.fatal)
      else this.latest = said
      this.slowestMs = Math.max(this.slowestMs, said.slowestMs ?? 0)
    })
  }

  get acknowledged(): number {
    return this.latest.acknowledged
  }

  /** Since it was last asked. */
  takeSlowestMs(): number {
    const { slowestMs } = this
    this.slowestMs = 0
    return slowestMs
  }

  /** Waits until records that were sent after now are acknowledged. */
  async goesOn(): Promise<void> {
    const from = this.acknowledged
    await eventually(
      'the producer to go on',
      () => this.acknowledged > from + recordsPerSecond / 10,
      goOnMsMax,
    ).catch((error: unknown) => {
      throw new Error(`the producer does not go on:\n${this.child.lastLines}`, { cause: error })
    })
  }

  async end(): Promise<Required<Pick<ProducerLine, 'acknowledged' | 'sent'>> & ProducerLine> {
    this.child.write('end\n')
    await eventually('the producer to end', () => this.latest.end === true, 150_000)
    await this.child.stop()
    return { ...this.latest, sent: this.latest.sent ?? [] }
  }

  kill(): Promise<number | null> {
    return this.child.stop('SIGKILL')
  }
}

/** Kills as the plan says and reads everything back. */
export async function runKills(plan: KillsPlan): Promise<KillsOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-kills-'))
  // Inside the project, so that native packages are found.
  const bundle = mkdtempSync(join(root, 'node_modules/.cache/kills-'))
  const port = await freePorts(brokerCount)
  const bootstrap = Array.from({ length: brokerCount }, (_, i) => `127.0.0.1:${port + i}`).join(',')
  let producer: PersistentProducer | undefined
  let host: Host | undefined
  try {
    host = new Host(await buildHost(bundle), folder, port)
    await host.start()
    await createSafeTopic(bootstrap)
    producer = new PersistentProducer(bootstrap)
    await producer.goesOn()
    const waitsMs = await strike(plan, host, producer)
    const ended = await producer.end()
    const verdict = JSON.parse(
      await runOk(
        confluentPython,
        [script, 'verify', bootstrap, topic, ...ended.sent.map(String)],
        { timeoutMs: 300_000 },
      ),
    ) as Pick<KillsOutcome, 'read' | 'lost' | 'doubled' | 'disordered' | 'strange'>
    await host.order('stop')
    return {
      sent: ended.sent.reduce((sum, count) => sum + count, 0),
      acknowledged: ended.acknowledged,
      ...verdict,
      failures: [...producer.fatal, ...(Array.isArray(ended.failed) ? ended.failed : [])],
      waitsMs,
    }
  } finally {
    await producer?.kill()
    await host?.kill()
    rmSync(folder, { recursive: true, force: true })
    rmSync(bundle, { recursive: true, force: true })
  }
}

async function createSafeTopic(bootstrap: string): Promise<void> {
  await withAdmin(bootstrap, (admin) =>
    admin.createTopics({
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: 3,
          configEntries: [{ name: 'min.insync.replicas', value: '2' }],
        },
      ],
    }),
  )
}

async function strike(
  plan: KillsPlan,
  host: Host,
  producer: PersistentProducer,
): Promise<KillsOutcome['waitsMs']> {
  const draw = drawFrom(plan.seed)
  const waitsMs: KillsOutcome['waitsMs'] = { broker: [], process: [] }
  const tell = plan.onKill ?? (() => undefined)
  const kinds = [
    ...Array.from({ length: plan.brokerKills }, () => 'broker' as const),
    ...Array.from({ length: plan.processKills }, () => 'process' as const),
  ]
  // Mixed, so that what one leaves behind meets the other.
  for (let last = kinds.length - 1; last > 0; last--) {
    const other = draw(last + 1)
    const [a, b] = [kinds[last], kinds[other]]
    if (a !== undefined && b !== undefined) [kinds[last], kinds[other]] = [b, a]
  }
  for (const [index, kind] of kinds.entries()) {
    await sleep(draw(quietMsMax))
    producer.takeSlowestMs()
    const victim = draw(brokerCount) + 1
    const away = draw(awayMsMax)
    const killedAt = performance.now()
    if (kind === 'broker') {
      await host.order(`kill ${victim}`)
      await sleep(away)
      await host.order(`restart ${victim}`)
    } else {
      await host.kill()
      await sleep(away)
      await host.start()
    }
    const servesAt = performance.now()
    await producer.goesOn()
    const goesOnAt = performance.now()
    const waitedMs = producer.takeSlowestMs()
    waitsMs[kind].push(waitedMs)
    const what = kind === 'broker' ? `broker ${victim}` : 'the process'
    tell(
      `${index + 1}/${kinds.length} ${what} killed: away ${away} ms, ` +
        `back after ${Math.round(servesAt - killedAt)} ms, producer goes on after ` +
        `${Math.round(goesOnAt - killedAt)} ms; longest wait ${waitedMs} ms, ` +
        `${producer.acknowledged} acknowledged`,
    )
  }
  return waitsMs
}

/** Whole numbers below a bound, the same for the same seed. */
function drawFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      brokers: { type: 'string', default: '100' },
      processes: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  })
  const absence = await killsAbsence()
  if (absence !== undefined) throw new Error(`there is no producer: ${absence}`)
  const seed = Number(flags.seed)
  console.log(`${flags.brokers} kills of brokers, ${flags.processes} of the process, seed ${seed}`)
  const outcome = await runKills({
    brokerKills: Number(flags.brokers),
    processKills: Number(flags.processes),
    seed,
    onKill: (line) => console.log(line),
  })
  const { waitsMs, ...counts } = outcome
  for (const kind of ['broker', 'process'] as const) {
    const waits = [...waitsMs[kind]].sort((a, b) => a - b)
    const middle = waits[waits.length >> 1] ?? 0
    console.log(
      `${kind}: ${waits.length} kills; longest wait ${middle} ms at the median, ${waits.at(-1) ?? 0} ms at most`,
    )
  }
  console.log(JSON.stringify(counts))
  const isRight =
    counts.lost + counts.doubled + counts.disordered + counts.strange + counts.failures.length ===
      0 && counts.read === counts.sent
  console.log(isRight ? 'Nothing lost, nothing twice, all in order.' : 'RECORDS ARE WRONG.')
  process.exit(isRight ? 0 : 1)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
