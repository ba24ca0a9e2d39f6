// Apicurio Registry, which answers Confluent's API as well: another implementation to compare the
// schema registry with. It keeps what it knows in topics of the cluster that it is given.
//
// It is started from the archive in the local Maven repository, when it is there.

import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../clusters.ts'
import { Background, eventually, run, runOk } from '../process.ts'

/** The newest that runs on Java 17. */
const VERSION = '3.0.9'
const ARTIFACT = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`
const folder = join(import.meta.dirname, '../../../.cache/conformance', `apicurio-${VERSION}`)
const program = join(folder, `apicurio-registry-app-${VERSION}-runner.jar`)
const archive = join(
  homedir(),
  '.m2/repository/io/apicurio/apicurio-registry-app',
  VERSION,
  `apicurio-registry-app-${VERSION}-all.tar.gz`,
)

export interface OtherRegistry {
  url: string
  stop(): Promise<void>
}

export const apicurio = {
  /** Why it cannot be had; undefined when it can. */
  async absence(): Promise<string | undefined> {
    const java = await run('java', ['-version'])
    if (java.code !== 0) return 'there is no Java'
    if (existsSync(program)) return undefined
    if (!existsSync(archive)) {
      return `Apicurio Registry ${VERSION} is not in the local Maven repository (mvn dependency:get -Dtransitive=false -Dartifact=${ARTIFACT})`
    }
    mkdirSync(folder, { recursive: true })
    await runOk('tar', ['xzf', archive, '-C', folder])
    return existsSync(program) ? undefined : `the archive of Apicurio Registry has no ${program}`
  },

  /** Resolves when it answers. */
  async start(bootstrap: string): Promise<OtherRegistry> {
    const port = await freePorts(1)
    const settings = {
      'quarkus.http.host': '127.0.0.1',
      'quarkus.http.port': String(port),
      'quarkus.log.level': 'WARN',
      'apicurio.storage.kind': 'kafkasql',
      'apicurio.kafkasql.bootstrap.servers': bootstrap,
      'apicurio.rest.deletion.group.enabled': 'true',
      'apicurio.rest.deletion.artifact.enabled': 'true',
      'apicurio.rest.deletion.artifact-version.enabled': 'true',
    }
    const args = ['-Xmx768m', '-XX:TieredStopAtLevel=1']
    for (const [name, value] of Object.entries(settings)) args.push(`-D${name}=${value}`)
    const child = new Background('java', [...args, '-jar', program], () => undefined)
    const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
    await eventually(
      'the start of Apicurio Registry',
      async () => {
        if (child.hasEnded) throw new Error(child.lastLines)
        const response = await fetch(`${url}/subjects`).catch(() => undefined)
        return response?.status === 200
      },
      180_000,
    ).catch(async (error: unknown) => {
      await child.stop('SIGKILL')
      throw error
    })
    return {
      url,
      stop: async () => {
        await child.stop('SIGKILL')
      },
    }
  },
}
