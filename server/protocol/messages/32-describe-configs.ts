// DescribeConfigs (API 32), versions 1–4, flexible from 4.
//   v1 source and synonyms in place of isDefault (KIP-226) · v3 type and documentation (KIP-569) · v4 flexible
import {
  boolean,
  type DataOf,
  int8,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const describeConfigsRequest = request(
  32,
  '1-4',
  { flexible: '4+' },
  {
    resources: listOf(
      struct({
        resourceType: int8(),
        resourceName: string(),
        configurationKeys: listOf(string(), { nullable: '0+' }),
      }),
    ),
    includeSynonyms: boolean(),
    includeDocumentation: boolean({ versions: '3+' }),
  },
)
export type DescribeConfigsRequest = DataOf<typeof describeConfigsRequest>

export const describeConfigsResponse = response(
  32,
  '1-4',
  { flexible: '4+' },
  {
    throttleTimeMs: int32(),
    results: listOf(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        resourceType: int8(),
        resourceName: string(),
        configs: listOf(
          struct({
            name: string(),
            value: string({ nullable: '0+' }),
            readOnly: boolean(),
            configSource: int8({ default: -1, ignorable: true }),
            isSensitive: boolean(),
            synonyms: listOf(
              struct({
                name: string(),
                value: string({ nullable: '0+' }),
                source: int8(),
              }),
              { ignorable: true },
            ),
            configType: int8({ versions: '3+', ignorable: true }),
            documentation: string({ versions: '3+', nullable: '0+', ignorable: true }),
          }),
        ),
      }),
    ),
  },
)
export type DescribeConfigsResponse = DataOf<typeof describeConfigsResponse>
