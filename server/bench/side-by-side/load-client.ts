// The load program as the bench sees it: a child process that does one job at a time.

import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Job, Outcome } from './jobs.ts'

interface Reply {
  outcome?: Outcome
  error?: string
}

export class LoadClient {
  private readonly child: ChildProcess

  constructor() {
    this.child = fork(join(import.meta.dirname, 'load-program.ts'), [], {
      execArgv: ['--import', 'tsx'],
      // A session of its own, as the clusters have: Linux shares the processor out by sessions.
      detached: true,
    })
  }

  /** Rejects with what went wrong in the program, or when it has ended. */
  run(job: Job): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.child.off('message', hear)
        this.child.off('exit', lose)
        act()
      }
      const hear = ({ outcome, error }: Reply) =>
        settle(() => {
          if (outcome === undefined) reject(new Error(`${job.kind}: ${error}`))
          else resolve(outcome)
        })
      const lose = () => settle(() => reject(new Error('the load program has ended')))
      this.child.on('message', hear)
      this.child.on('exit', lose)
      this.child.send(job)
    })
  }

  close(): void {
    this.child.disconnect()
  }
}
