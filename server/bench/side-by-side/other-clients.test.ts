import { describe, expect, it } from 'vitest'
import { consumerRate, producerRate } from './other-clients.ts'

describe("rates in the output of Kafka's performance tools", () => {
  it('takes the line that sums up, not those on the way', () => {
    const output = [
      '120001 records sent, 24000.2 records/sec (2.29 MB/sec), 9.1 ms avg latency, 310.0 ms max.',
      '500000 records sent, 312500.0 records/sec (29.80 MB/sec), 4.18 ms avg latency, 9 ms max.',
    ].join('\n')
    expect(producerRate(output)).toBe(312_500)
    expect(() => producerRate('org.apache.kafka.common.KafkaException')).toThrow(/no rate/)
  })

  it('finds the column of the fetching by its name', () => {
    const output = [
      'start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec',
      '2026-01-01 10:00:00:000, 2026-01-01 10:00:01:000, 47.7, 47.7, 500000, 500000.0, 300, 700, 68.1, 714285.7',
    ].join('\n')
    expect(consumerRate(output)).toBe(714_285.7)
  })
})
