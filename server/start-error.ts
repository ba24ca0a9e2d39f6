// Why the engine did not start, in words for the person who started it: what is wrong, and what
// to do about it.

import { ThreadFailure } from './engine-thread.ts'
import { DiskError, NetworkError } from './runtime/runtime.ts'

export class StartError extends Error {
  readonly remedy: string
  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StartError'
    this.remedy = remedy
  }
}

interface Fault {
  name: string
  message: string
  code: string | undefined
  path: string | undefined
}

function faultOf(error: unknown): Fault | undefined {
  if (error instanceof ThreadFailure) return error.reason
  if (error instanceof DiskError) {
    const { name, message, code, path } = error
    return { name, message, code, path }
  }
  if (error instanceof NetworkError) {
    const { name, message, code } = error
    return { name, message, code, path: undefined }
  }
  return undefined
}

const CHOOSE_FOLDER = 'Choose another folder with --data, or make this one writable.'

function networkProblem(fault: Fault, at: string): StartError | undefined {
  switch (fault.code) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${at} is in use by another program.`,
        'Stop that program, or choose other ports with --kafka-port.',
      )
    case 'EACCES':
    case 'EPERM':
      return new StartError(
        `Port ${at} may not be opened by this user.`,
        'Choose ports from 1024 on with --kafka-port.',
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(
        `${at} is no address of this machine.`,
        'Choose one with --host, for instance 127.0.0.1.',
      )
    default:
      return undefined
  }
}

function diskProblem(fault: Fault, dataFolder: string): StartError {
  const path = fault.path ?? dataFolder
  switch (fault.code) {
    case 'ENOSPC':
      return new StartError(`No space is left on the disk of ${path}.`, 'Make room and try again.')
    case 'EEXIST':
    case 'ENOTDIR':
      return new StartError(`${path} is not a folder.`, 'Choose another folder with --data.')
    case 'EMFILE':
      return new StartError(
        'This process may not open more files.',
        'Raise the limit with ulimit -n and try again.',
      )
    default:
      return new StartError(`Cannot use ${path}: ${fault.code}.`, CHOOSE_FOLDER)
  }
}

/** The start error for whatever a part of the start threw; unknown errors stay what they are. */
export function startErrorOf(error: unknown, dataFolder: string, at: string): unknown {
  if (error instanceof StartError) return error
  const fault = faultOf(error)
  if (fault === undefined) return error
  const problem = problemOf(fault, dataFolder, at)
  if (problem !== undefined) problem.cause = error
  return problem ?? error
}

function problemOf(fault: Fault, dataFolder: string, at: string): StartError | undefined {
  switch (fault.name) {
    case 'NetworkError':
      return networkProblem(fault, at)
    case 'DiskError':
      return diskProblem(fault, dataFolder)
    case 'LogDirectoryInUse':
      return inUse(dataFolder)
    case 'MetadataLostError':
      return new StartError(
        `The data folder ${dataFolder} has lost a part of the cluster's metadata: ${fault.message}.`,
        'Put a copy of its folder "controller" back, or choose another folder with --data.',
      )
    case 'WrongDataFolderError':
    case 'BrokerFolderError':
    case 'RegistrationRefusedError':
      return new StartError(
        `The data folder ${dataFolder} does not belong together: ${fault.message}.`,
        'Choose another folder with --data.',
      )
    default:
      return undefined
  }
}

export function inUse(dataFolder: string): StartError {
  return new StartError(
    `The data folder ${dataFolder} is in use by another process.`,
    'Stop that process, or choose another folder with --data.',
  )
}
