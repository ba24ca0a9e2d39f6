// Loggers: one that writes lines through a sink, and one that is silent.

import type { Logger } from './runtime.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

export interface LogLine {
  level: LogLevel
  message: string
  fields: Record<string, unknown>
}

/** Passes lines at or above `level` to `sink`, errors in fields as their messages. */
export function createLogger(
  level: LogLevel,
  sink: (line: LogLine) => void,
  fields: Record<string, unknown> = {},
): Logger {
  const at = (lineLevel: LogLevel) => (message: string, more?: Record<string, unknown>) => {
    if (RANK[lineLevel] < RANK[level]) return
    sink({ level: lineLevel, message, fields: plain({ ...fields, ...more }) })
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (more) => createLogger(level, sink, { ...fields, ...more }),
  }
}

/** Fields that survive a message port and JSON: errors become text, int64s decimal strings. */
function plain(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value instanceof Error) return [name, value.stack ?? value.message]
      if (typeof value === 'bigint') return [name, value.toString()]
      return [name, value]
    }),
  )
}

export const silentLogger: Logger = createLogger('error', () => undefined)
