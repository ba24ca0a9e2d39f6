// The embedded cluster in a process that does what its parent says: ends a broker's thread, or
// starts it again. It stops when the parent lets go of it.

import { startEngine } from '../../engine.ts'

interface Command {
  kill?: number
  restart?: number
}

const [dataFolder = ''] = process.argv.slice(2)
const engine = await startEngine({ dataFolder, host: '127.0.0.1', brokers: 3, kafkaPort: 0 })

async function obey({ kill, restart }: Command): Promise<void> {
  if (kill !== undefined) await engine.killBroker(kill)
  if (restart !== undefined) await engine.restartBroker(restart)
  process.send?.({})
}

process.on('message', (command: Command) => void obey(command))
process.on('disconnect', () => void engine.stop().then(() => process.exit(0)))
process.send?.({ bootstrap: engine.bootstrap })
