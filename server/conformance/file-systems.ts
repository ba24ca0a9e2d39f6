// Small file systems of their own, mounted where a test wants a disk to fail: a tmpfs that is full
// soon, a read-only view, and an ext4 in a file that stops working at a word, as a disk does whose
// cable is pulled. Needs root on Linux; where the machine does not let us, the reason is said.

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run, runOk } from './process.ts'

const cache = join(import.meta.dirname, '../../node_modules/.cache')
/** Of <linux/fs.h>: FS_IOC_SHUTDOWN, and to go down without writing anything more. */
const SHUT_DOWN =
  'sysopen(F, $ARGV[0], 0) or die $!; my $how = pack("I", 2); ioctl(F, 0x8004587d, $how) or die $!'

export function makeImage(path: string, megabytes: number): Promise<string> {
  return runOk('sh', ['-c', `truncate -s ${megabytes}M "$1" && mkfs.ext4 -q -m 0 "$1"`, 'sh', path])
}

export async function mountImage(path: string, folder: string): Promise<void> {
  await runOk('mount', ['-o', 'loop', path, folder])
  // Of another type, and nothing of a log directory's.
  rmSync(join(folder, 'lost+found'), { recursive: true, force: true })
}

/** From now on every operation on the file system ends with EIO. */
export async function breakFileSystem(folder: string): Promise<void> {
  await runOk('perl', ['-e', SHUT_DOWN, folder])
}

/** What is open in the folder stays writable; whatever is opened from now on is not (EROFS). */
export async function coverReadOnly(folder: string): Promise<void> {
  await runOk('mount', ['--bind', folder, folder])
  await runOk('mount', ['-o', 'remount,bind,ro', folder])
}

/** The topmost mount; one that is in use goes when it no longer is. */
export async function unmount(folder: string): Promise<void> {
  await run('umount', ['--lazy', folder])
}

async function rootAbsence(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'only Linux mounts these file systems'
  return process.getuid?.() === 0 ? undefined : 'only root may mount'
}

/** Why no tmpfs can be mounted; undefined when it can. */
export async function tmpfsAbsence(): Promise<string | undefined> {
  const absence = await rootAbsence()
  if (absence !== undefined) return absence
  const tried = join(cache, 'mount-try')
  mkdirSync(tried, { recursive: true })
  const { code, stderr } = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', tried])
  if (code !== 0) return `mount failed: ${stderr.trim()}`
  await runOk('umount', [tried])
  return undefined
}

/** Why no ext4 in a file can be mounted and broken; undefined when it can. */
export async function imageAbsence(): Promise<string | undefined> {
  const absence = await rootAbsence()
  if (absence !== undefined) return absence
  const tried = join(cache, `image-try-${process.pid}`)
  const image = `${tried}.img`
  mkdirSync(tried, { recursive: true })
  try {
    await makeImage(image, 8)
    await mountImage(image, tried)
    try {
      await breakFileSystem(tried)
    } finally {
      await runOk('umount', [tried])
    }
    return undefined
  } catch (error) {
    return `no file system can be broken: ${error instanceof Error ? error.message.trim() : String(error)}`
  } finally {
    rmSync(image, { force: true })
    rmSync(tried, { recursive: true, force: true })
  }
}
