export { CHAIN, DECODER_NAMES } from './chain.ts'
export { isConnectEnvelope } from './connect-json.ts'
export {
  BARE,
  type DecodeContext,
  type DecoderChoice,
  type FoundSchema,
  NO_SCHEMAS,
  type SchemaKey,
  type SchemaSource,
  type SchemaUse,
  textOfKey,
} from './context.ts'
export {
  type DecodedData,
  type DecodeOptions,
  decodeData,
  decodePayload,
  tryDecode,
} from './decode-payload.ts'
export type { Decoder, Verdict } from './decoders.ts'
export { protobufMessage } from './schema-decoders.ts'
