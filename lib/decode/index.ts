export { DECODERS, type DecodeOptions, decodePayload } from './decode-payload.ts'
export type { Decoder, Verdict } from './decoders.ts'
export { Subject } from './subject.ts'
