// What the main thread and the threads of the engine say to each other. Plain data, so that it
// survives a message port; what a thread serves, it serves over TCP.

import type { LogLine } from './runtime/logger.ts'

export interface Address {
  host: string
  port: number
}

export interface ControllerThreadData {
  nodeId: number
  host: string
  folder: string
  staticConfigs: ReadonlyMap<string, string>
}

export interface BrokerThreadData extends Address {
  brokerId: number
  advertisedHost: string
  folder: string
  /** Of segments and indexes that the broker has open at a time, at most. */
  openFilesMax: number
  staticConfigs: ReadonlyMap<string, string>
}

/** To a thread. */
export type ThreadCommand =
  /** To brokers, once the controller listens. */
  | { kind: 'controller'; address: Address }
  /** With `handOver` a broker has its leaderships moved to others first. */
  | { kind: 'stop'; handOver?: boolean }
  /** To the controller: the broker's thread has ended without order. */
  | { kind: 'broker-ended'; brokerId: number }

/** An error as data: classes do not survive a message port, names do. */
export interface ThreadError {
  name: string
  message: string
  stack: string | undefined
  /** The system's code of a DiskError or NetworkError (EADDRINUSE, EACCES, …). */
  code: string | undefined
  path: string | undefined
}

/** From a thread. */
export type ThreadEvent =
  | { kind: 'ready'; port: number }
  /** The start failed; the thread holds nothing any more. */
  | { kind: 'failed'; error: ThreadError }
  /** It runs, but cannot go on. */
  | { kind: 'fault'; error: ThreadError }
  | { kind: 'stopped' }
  | { kind: 'log'; line: LogLine }

export function threadErrorOf(error: unknown): ThreadError {
  if (!(error instanceof Error)) {
    return {
      name: 'Error',
      message: String(error),
      stack: undefined,
      code: undefined,
      path: undefined,
    }
  }
  const { code, path } = error as { code?: unknown; path?: unknown }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: typeof code === 'string' ? code : undefined,
    path: typeof path === 'string' ? path : undefined,
  }
}
