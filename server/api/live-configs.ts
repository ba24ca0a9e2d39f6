// The broker's configs as they are now: looked up in their layers, remembered until the metadata
// changes one.

import { parseBoolean, parseNumber } from '../metadata/config-definition.ts'
import {
  type BrokerConfigLayers,
  brokerConfig,
  brokerConfigValue,
  CONFIG_SOURCES,
  resolveBrokerConfig,
} from '../metadata/configs.ts'
import type { BrokerConfigs } from './parts.ts'

export class LiveConfigs implements BrokerConfigs {
  readonly layers: BrokerConfigLayers
  private readonly numbers = new Map<string, number>()
  private readonly texts = new Map<string, string | null>()

  constructor(layers: BrokerConfigLayers) {
    this.layers = layers
  }

  /** Some config has been set or deleted. */
  forget(): void {
    this.numbers.clear()
    this.texts.clear()
  }

  number(name: string): number {
    let number = this.numbers.get(name)
    if (number === undefined) {
      number = parseNumber(brokerConfigValue(name, this.layers) ?? '')
      this.numbers.set(name, number)
    }
    return number
  }

  boolean(name: string): boolean {
    return parseBoolean(brokerConfigValue(name, this.layers) ?? '')
  }

  text(name: string): string | null {
    let text = this.texts.get(name)
    if (text === undefined) {
      text = brokerConfigValue(name, this.layers)
      this.texts.set(name, text)
    }
    return text
  }

  isSet(name: string): boolean {
    const definition = brokerConfig(name)
    return (
      definition !== undefined &&
      resolveBrokerConfig(definition, this.layers).source !== CONFIG_SOURCES.default
    )
  }
}
