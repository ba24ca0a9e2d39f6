// The places of a cluster that the rail, the bottom bar, the palette and the keys lead to.

import Boxes from 'lucide-react/icons/boxes'
import FileCode from 'lucide-react/icons/file-code'
import Gauge from 'lucide-react/icons/gauge'
import Layers from 'lucide-react/icons/layers'
import Search from 'lucide-react/icons/search'
import Server from 'lucide-react/icons/server'
import { paths } from '../../lib/paths.ts'

export const places = [
  { key: 'o', name: 'Overview', Icon: Gauge, href: paths.cluster },
  { key: 't', name: 'Topics', Icon: Layers, href: paths.topics },
  { key: 's', name: 'Search', Icon: Search, href: paths.search },
  { key: 'g', name: 'Groups', Icon: Boxes, href: paths.groups },
  { key: 'b', name: 'Brokers', Icon: Server, href: paths.brokers },
  { key: 'c', name: 'Schemas', Icon: FileCode, href: paths.schemas },
] as const

export function isCurrent(pathname: string, href: string, root: boolean): boolean {
  return pathname === href || (!root && pathname.startsWith(`${href}/`))
}
