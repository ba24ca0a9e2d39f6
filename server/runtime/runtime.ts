// Everything through which the engine touches the world: clock, timers, randomness, disk and
// network, as interfaces. `node.ts` implements them with Node; the simulation implements them
// in one thread, from one seed. The engine gets a Runtime handed in and never imports Node's
// own clock, timers, fs, net or crypto (tidy.test.ts watches this).

/** What a broker or a controller is given to run on. */
export interface Runtime {
  clock: Clock
  timers: Timers
  random: Random
  disk: Disk
  network: Network
  log: Logger
}

export interface Clock {
  /** Milliseconds since 1970, for what people and records see. May jump. */
  now(): number
  /** Milliseconds since some start, with fractions, for measuring durations. Never goes back. */
  monotonic(): number
}

export interface Timer {
  cancel(): void
}

export interface Timers {
  /** Runs `task` once, `delayMs` from now at the earliest. Does not keep the process alive. */
  after(delayMs: number, task: () => void): Timer
  /** Runs `task` after what is due already, as setImmediate does. */
  soon(task: () => void): void
}

export interface Random {
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number
  bytes(count: number): Buffer
  /** A random id as Kafka prints them: 22 characters of base64url, never a leading '-'. */
  uuid(): string
}

/**
 * The file system, as one log directory needs it. Reads and writes are synchronous because
 * they meet the page cache; only what waits for the device (sync) is asynchronous. Every
 * method throws DiskError with the path and Node's code (ENOSPC, EIO, EACCES, …).
 */
export interface Disk {
  /** Makes the folder and those above it; nothing happens when it exists. */
  makeFolder(path: string): void
  /** Names in the folder, in no order; empty when the folder does not exist. */
  list(path: string): DiskEntry[]
  exists(path: string): boolean
  /** Bytes of the file, without opening it; undefined when it does not exist. */
  sizeOf(path: string): number | undefined
  /** Opens for reading and writing; 'create' makes the file when absent. */
  open(path: string, mode: 'read' | 'write' | 'create'): DiskFile
  /** Reads a small file whole; undefined when it does not exist. Refuses more than `bytesMax`. */
  readSmall(path: string, bytesMax?: number): Buffer | undefined
  /**
   * Replaces a small file so that after a crash either the old or the new content is there:
   * written beside it, synced, renamed, folder synced. Resolves when it is durable; calls for
   * one path are carried out in order, and of those that wait only the last.
   */
  writeSmall(path: string, content: Uint8Array): Promise<void>
  rename(from: string, to: string): void
  /** Removes a file or a folder with all in it; nothing happens when it does not exist. */
  remove(path: string): void
  /** Makes names in the folder durable: what was created, renamed or removed in it. */
  syncFolder(path: string): Promise<void>
  /** Takes the folder for this process until `release`; undefined when another process has it. */
  lock(path: string): { release(): void } | undefined
}

export interface DiskEntry {
  name: string
  isFolder: boolean
}

export interface DiskFile {
  readonly path: string
  /** Bytes in the file now. */
  size(): number
  /** Fills `target` from `position` on; answers how many bytes there were. */
  read(target: Buffer, position: number): number
  /** Writes all of `buffers` at `position`, in one gathered write where the system allows. */
  write(buffers: readonly Uint8Array[], position: number): void
  truncate(size: number): void
  /** Resolves when what was written before the call is on the device. */
  sync(): Promise<void>
  close(): void
}

/** A failed disk operation: `code` is the system's (ENOSPC, EIO, EROFS, EACCES, EMFILE, …). */
export class DiskError extends Error {
  readonly path: string
  readonly code: string
  constructor(operation: string, path: string, code: string, cause?: unknown) {
    super(`${operation} ${path}: ${code}`, { cause })
    this.name = 'DiskError'
    this.path = path
    this.code = code
  }
}

export interface Network {
  /** Resolves when listening. Rejects with NetworkError (EADDRINUSE, EACCES, …). */
  listen(options: ListenOptions): Promise<Listener>
  /** Answers at once; what is written before `onOpen` is sent then. */
  connect(options: ConnectOptions): Connection
}

export interface ListenOptions {
  host: string
  /** 0: any free port. */
  port: number
  onConnection(connection: Connection): void
}

export interface Listener {
  readonly port: number
  /** Stops listening; connections that are open stay open. */
  close(): Promise<void>
}

export interface ConnectOptions {
  host: string
  port: number
  timeoutMs: number
}

/** One TCP connection. Its owner sets the handlers before yielding to the event loop. */
export interface Connection {
  readonly remote: string
  onOpen: (() => void) | undefined
  /** The chunk is the connection's, which reads into it again: it counts during the call alone. */
  onData: ((chunk: Buffer) => void) | undefined
  /** What was written has gone to the system; `write` may go on after it answered false. */
  onDrain: (() => void) | undefined
  /** Called once, last. `error` is absent when a side closed in order. */
  onClose: ((error?: NetworkError) => void) | undefined
  /** Bytes written and not taken by the system yet. */
  readonly bufferedBytes: number
  /**
   * Sends the buffers in order, by reference; false when the sender should wait for onDrain.
   * `taken` is called when they are the sender's again, or never when the connection ends first.
   */
  write(buffers: readonly Uint8Array[], taken?: () => void): boolean
  /** Stops and restarts `onData`, which holds the peer back. */
  pause(): void
  resume(): void
  /** Sends what is buffered, then closes. */
  end(): void
  /** Closes at once. */
  destroy(): void
}

export class NetworkError extends Error {
  readonly code: string
  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'NetworkError'
    this.code = code
  }
}

/** Structured log lines. Fields never hold secrets or record contents. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** A logger that adds `fields` to every line. */
  with(fields: Record<string, unknown>): Logger
}
