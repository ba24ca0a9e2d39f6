// What the load program is asked to do, and what it answers: the contract between the bench and
// the process that makes the load, so that the load's own processor time is nobody else's.

import type { CodecName } from '../../records/compression.ts'

export interface TopicShape {
  name: string
  partitions: number
  replicas: number
}

interface Target {
  /** 'host:port' each. */
  bootstrap: readonly string[]
  /** The brokers' processes on this machine; empty when they are elsewhere. */
  pids: readonly number[]
}

/** Makes a topic; answers when every partition has a leader that answers for it. */
export interface CreateTopicJob extends Target {
  kind: 'create'
  topic: TopicShape
}

export interface DeleteTopicJob extends Target {
  kind: 'delete'
  topic: string
}

/** Prepared batches, as fast as the brokers take them. */
export interface ProduceJob extends Target {
  kind: 'produce'
  topic: string
  records: number
  recordBytes: number
  codec: CodecName
  acks: 1 | -1
}

/** From the beginning of the topic to its end, so many times. */
export interface ConsumeJob extends Target {
  kind: 'consume'
  topic: string
  passes: number
}

/** Single records at a steady rate, each timed from its sending until a consumer has it. */
export interface LatencyJob extends Target {
  kind: 'latency'
  topic: string
  recordBytes: number
  acks: 1 | -1
  recordsPerSecond: number
  seconds: number
}

/** Produces one record to each of the partitions, again and again, until each was acknowledged. */
export interface ProbeJob extends Target {
  kind: 'probe'
  topic: string
  partitions: readonly number[]
}

export type Job = CreateTopicJob | DeleteTopicJob | ProduceJob | ConsumeJob | LatencyJob | ProbeJob

export interface Outcome {
  /** From the first request to the last answer. */
  seconds: number
  records: number
  /** Processor time of the brokers, all replicas' work included. */
  brokerCpuSeconds: number
  clientCpuSeconds: number
  /** One each: a request's for 'produce', a record's for 'latency'. */
  latenciesMs: number[]
}
