import { describe, expect, it } from 'vitest'
import { parseCommandLine, type StartOptions, UsageError } from './cli.ts'

function optionsOf(line: string): StartOptions {
  const command = parseCommandLine(line === '' ? [] : line.split(' '), '1.2.3')
  if (command.kind !== 'start') throw new Error(`"${line}" prints`)
  return command.options
}

describe('the command line', () => {
  it('starts three brokers and a console without any flag', () => {
    expect(optionsOf('')).toEqual({
      dataFolder: './data',
      brokers: 3,
      kafkaPort: 9092,
      port: 3000,
      host: '127.0.0.1',
      console: true,
      cluster: true,
    })
    expect(optionsOf('start')).toEqual(optionsOf(''))
  })

  it('takes every flag, with a space or an equals sign', () => {
    expect(
      optionsOf('start --data=d --brokers 5 --kafka-port=0 --port 0 --host ::1 --config c.yaml'),
    ).toEqual({
      dataFolder: 'd',
      brokers: 5,
      kafkaPort: 0,
      registryPort: 0,
      port: 0,
      host: '::1',
      console: true,
      cluster: true,
      configFile: 'c.yaml',
    })
    expect(optionsOf('--no-console').console).toBe(false)
    expect(optionsOf('--no-cluster --config c').cluster).toBe(false)
  })

  it('prints help and version whatever else is there', () => {
    expect(parseCommandLine(['-v'], '1.2.3')).toEqual({ kind: 'print', text: '1.2.3' })
    for (const flag of ['--data', '--brokers', '--kafka-port', '--no-console', '--config']) {
      const command = parseCommandLine(['start', '--help'], '1.2.3')
      expect(command.kind === 'print' && command.text).toContain(flag)
    }
  })

  it.each([
    ['--prot 1', 'Unknown flag --prot'],
    ['-x', 'Unknown flag -x'],
    ['stop', 'Unknown command "stop"'],
    ['start now', 'Unexpected argument "now"'],
    ['--port', '--port needs a value'],
    ['--data --port 1', '--data needs a value'],
    ['--data=', '--data needs a value'],
    ['--no-console=yes', '--no-console takes no value'],
    ['--port 70000', '--port 70000: not a whole number from 0 to 65535'],
    ['--port -1', '--port -1: not a whole number'],
    ['--brokers 1e1', '--brokers 1e1: not a whole number from 1 to 32'],
    ['--brokers 0', '--brokers 0: not a whole number'],
    ['--kafka-port 65535', '--kafka-port 65535 leaves no ports for 3 brokers. Choose 65533'],
    ['--port 9094', "--port 9094 is one of the brokers' ports (9092 to 9094)"],
    ['--no-console --no-cluster', 'leave nothing to start'],
    ['--no-cluster', '--no-cluster leaves no cluster to show. Name one with --config'],
    ['--no-cluster --config c --brokers 2', '--brokers says how to run a cluster'],
    ['--no-console --port 1', '--port is for the console'],
  ])('refuses "%s" and says why', (line, message) => {
    expect(() => optionsOf(line)).toThrow(UsageError)
    expect(() => optionsOf(line)).toThrow(message)
  })

  it('accepts a console port beside the brokers, and any port when they choose their own', () => {
    expect(optionsOf('--port 9095').port).toBe(9095)
    expect(optionsOf('--port 9092 --kafka-port 0').port).toBe(9092)
  })
})
