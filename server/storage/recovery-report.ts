// What recovery did, for one log or for all of a directory: how much it had to look at, and what it
// took away. Sizes in bytes.

export class RecoveryReport {
  logs = 0
  /** Logs that reached past their recovery points. */
  logsChecked = 0
  segmentsChecked = 0
  /** Of batches whose checksums were verified. */
  bytesChecked = 0
  bytesCut = 0
  segmentsCut = 0
  /** Segments behind the recovery point whose indexes were found wrong and made again. */
  indexesMended = 0

  get isIdle(): boolean {
    return this.bytesChecked + this.bytesCut + this.segmentsCut + this.indexesMended === 0
  }

  /** For a line of the log. */
  get totals() {
    const { logs, logsChecked, segmentsChecked, bytesChecked } = this
    const { bytesCut, segmentsCut, indexesMended } = this
    return {
      logs,
      logsChecked,
      segmentsChecked,
      bytesChecked,
      bytesCut,
      segmentsCut,
      indexesMended,
    }
  }

  add(other: RecoveryReport): void {
    this.logs += other.logs
    this.logsChecked += other.logsChecked
    this.segmentsChecked += other.segmentsChecked
    this.bytesChecked += other.bytesChecked
    this.bytesCut += other.bytesCut
    this.segmentsCut += other.segmentsCut
    this.indexesMended += other.indexesMended
  }
}
