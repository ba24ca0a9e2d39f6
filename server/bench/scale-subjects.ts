// The clusters whose many partitions are measured: brokers alone, which can be stopped and
// started again on their folder.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixture, startProgram } from './subjects.ts'

/** What a system commonly allows a process, and what must do. */
const OPEN_FILES_MAX = 4096

export interface ScaleSubject {
  readonly name: string
  /** Of the many partitions. */
  readonly replicas: number
  readonly bootstrap: readonly string[]
  readonly readyMs: number
  pids(): readonly number[]
  start(): Promise<void>
  /** Nothing happens when it has been stopped. */
  stop(): Promise<void>
  /** After `stop`: removes the folder. */
  remove(): void
}

export async function startRiverglassAlone(replicas: number): Promise<ScaleSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-scale-'))
  const args = ['--no-console', '--data', folder, '--kafka-port']
  const begin = (port: string) => startProgram([...args, port], OPEN_FILES_MAX)
  let running = await begin('0')
  let runs = true
  const bootstrap = running.row('Bootstrap servers').split(',')
  const firstPort = bootstrap[0]?.split(':')[1] ?? '0'
  return {
    name: replicas === 1 ? 'Riverglass' : `Riverglass, ${replicas} replicas`,
    replicas,
    bootstrap,
    readyMs: running.readyMs,
    pids: () => [running.pid],
    async start() {
      running = await begin(firstPort)
      runs = true
    },
    async stop() {
      if (runs) await running.stop()
      runs = false
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function startKafkaAlone(): Promise<ScaleSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-scale-kafka-'))
  const port = String(34_192 + Math.floor(Math.random() * 50) * 10)
  const startedAt = performance.now()
  const begin = () => {
    const args = ['3', folder, port]
    const { status } = spawnSync(join(fixture, 'start'), args, {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) throw new Error('Apache Kafka did not start')
    const text = readFileSync(join(folder, 'cluster.env'), 'utf8')
    return (name: string) => new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(text)?.[1] ?? ''
  }
  let setting = begin()
  return {
    name: 'Apache Kafka',
    replicas: 1,
    bootstrap: setting('BOOTSTRAP').split(','),
    readyMs: performance.now() - startedAt,
    pids: () => setting('PIDS').trim().split(/\s+/).map(Number),
    async start() {
      setting = begin()
    },
    async stop() {
      const env = { ...process.env, REAL_KAFKA_STOP_WAIT: '120' }
      spawnSync(join(fixture, 'stop'), [folder], { stdio: 'ignore', env })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
