// A lock on a folder that dies with the process that holds it.
//
// The file names the holder's process id and, where the system tells, when that process began,
// since an id alone may have been given to another process. A lock whose holder is gone is
// taken over: it is moved aside first, and only who moved the very content it read goes on.

import fs from 'node:fs'

interface Holder {
  pid: number
  /** Field 22 of /proc/PID/stat: clock ticks after boot; null where there is no /proc. */
  startedAt: string | null
}

const ATTEMPTS_MAX = 10

function startedAt(pid: number): string | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return holder.startedAt === null || startedAt(holder.pid) === holder.startedAt
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Holder
    return Number.isInteger(value.pid) && value.pid > 0 ? value : undefined
  } catch {
    // A lock cut short by a crash while it was written has no living holder.
    return undefined
  }
}

/** Takes the lock file; undefined while another living process has it. Throws system errors. */
export function takeFolderLock(path: string): { release(): void } | undefined {
  const own = JSON.stringify({ pid: process.pid, startedAt: startedAt(process.pid) })
  const temporary = `${path}.${process.pid}`
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    fs.writeFileSync(temporary, own)
    try {
      // A link appears with its whole content or not at all, and never replaces a file.
      fs.linkSync(temporary, path)
      return { release: () => releaseIfOwn(path, own) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      fs.rmSync(temporary, { force: true })
    }
    if (!removeIfDead(path)) return undefined
  }
  return undefined
}

function readLock(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** False when the lock has a living holder. */
function removeIfDead(path: string): boolean {
  const content = readLock(path)
  if (content === undefined) return true
  const holder = parseHolder(content)
  if (holder !== undefined && isAlive(holder)) return false
  const aside = `${path}.stale.${process.pid}`
  try {
    fs.renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw error
  }
  const moved = readLock(aside)
  if (moved !== content) {
    // Somebody took the lock between our read and our rename: give it back.
    try {
      fs.linkSync(aside, path)
    } catch {
      // A third process holds it now; the next attempt will see that.
    }
  }
  fs.rmSync(aside, { force: true })
  return true
}

function releaseIfOwn(path: string, own: string): void {
  try {
    if (readLock(path) === own) fs.rmSync(path, { force: true })
  } catch {
    // The disk has failed. What stays names a process that will be gone.
  }
}
