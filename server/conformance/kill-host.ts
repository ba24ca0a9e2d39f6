// The process that the kills strike: the engine as main.ts starts it, and a line of orders on
// standard input, by which one broker's thread is ended where it stands, or started again.
//
// Not part of the product, whose brokers nobody can kill from outside.

// The threads that it starts share the lock that this makes.
import '../records/one-at-a-time.ts'
import { createInterface } from 'node:readline'
import { startEngine } from '../engine.ts'

const [dataFolder = '', kafkaPort = '', brokers = ''] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const engine = await startEngine({
  dataFolder,
  host: '127.0.0.1',
  brokers: Number(brokers),
  kafkaPort: Number(kafkaPort),
})
engine.failed.then(
  (error) => endWith(error),
  (error: unknown) => endWith(error),
)
say('ready')

createInterface({ input: process.stdin }).on('line', (line) => {
  const [order = '', id = ''] = line.split(' ')
  follow(order, Number(id)).then(() => say(`done ${line}`), endWith)
})

async function follow(order: string, brokerId: number): Promise<void> {
  if (order === 'kill') await engine.killBroker(brokerId)
  if (order === 'restart') await engine.restartBroker(brokerId)
  if (order === 'stop') {
    await engine.stop()
    say('done stop')
    process.exit(0)
  }
}

function endWith(error: unknown): never {
  console.error(error)
  process.exit(1)
}
