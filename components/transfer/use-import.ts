'use client'
// Runs an import; starting another one, cancelling, or leaving the dialog ends it.

import { useEffect, useRef, useState } from 'react'
import { toProblem } from '../../lib/api/request.ts'
import { importFile } from '../../lib/api/transfer.ts'
import type { Problem } from '../../lib/contracts/common.ts'
import { addImportLines, type ImportRun, noImport } from './import-run.ts'

const cancelled: Problem = {
  code: 'cancelled',
  message: 'Cancelled. What was sent before stays in the topic.',
}
const brokenOff: Problem = {
  code: 'stream_broken',
  message: 'The connection broke off; how much was sent is not known beyond the last figure.',
}

export function useImport(cluster: string, topic: string) {
  const [state, setState] = useState<ImportRun>(noImport)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  function start(file: File, search: URLSearchParams) {
    running.current?.abort()
    const abort = new AbortController()
    running.current = abort
    setState({ ...noImport, phase: 'running' })
    const update = (change: (known: ImportRun) => ImportRun) =>
      setState((known) => (running.current === abort ? change(known) : known))
    void importFile(cluster, topic, search, file, abort.signal, {
      onSent: (uploaded) => update((known) => ({ ...known, uploaded })),
      onLines: (lines) => update((known) => addImportLines(known, lines)),
    })
      .then(() => brokenOff)
      .catch((error: unknown) => (abort.signal.aborted ? cancelled : toProblem(error)))
      .then((problem) =>
        update((known) =>
          known.phase === 'ended' ? known : { ...known, phase: 'ended', problem },
        ),
      )
  }
  return { state, start, cancel: () => running.current?.abort() }
}
