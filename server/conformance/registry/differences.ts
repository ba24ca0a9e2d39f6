// In what this registry and Apicurio Registry (3.0.9, its Confluent-compatible API v7) are known to
// differ, each with its reason. "Documented" is what docs.confluent.io says of Confluent's registry.

export interface KnownDifference {
  /** Of the sequence. */
  sequence: RegExp
  /** Method and path. */
  request: RegExp
  ours: RegExp
  theirs: RegExp
  reason: string
}

const ANY = /^/

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    sequence: ANY,
    request: /^PUT \/config/,
    ours: /^200 \{"compatibility":/,
    theirs: /^200 \{"compatibilityLevel":/,
    reason: 'The answer to a change names the level "compatibility", as documented.',
  },
  {
    sequence: ANY,
    request: /\/versions\/(?:0|-2|soon|2147483648|none|zero)$/,
    ours: /^422 42202$/,
    theirs: /^404 4040[12]$/,
    reason: 'What is no version at all is 42202, as documented.',
  },
  {
    sequence: /deletion/,
    request: /^DELETE /,
    ours: /^404 4040[567]$/,
    theirs: /^409 4040[567]$/,
    reason: 'The codes 40405 to 40407 belong to HTTP 404, as their numbers say.',
  },
  {
    sequence: /white space/,
    request: /spelling/,
    ours: ANY,
    theirs: ANY,
    reason:
      'Apicurio tells schemas apart by their bytes; here, as documented, white space, the order of the attributes of Avro, and the layout of a .proto make no new schema.',
  },
  {
    sequence: ANY,
    request: /subjectPrefix=/,
    ours: /^200 \[/,
    theirs: /^200 \[/,
    reason: 'Apicurio leaves subjectPrefix out of account.',
  },
  {
    sequence: /lists/,
    request: /^GET \/schemas\?/,
    ours: /^200 /,
    theirs: /^404 /,
    reason: 'Apicurio does not serve the list of schemas.',
  },
  {
    sequence: /deletion of subjects/,
    request: /^DELETE \/subjects\/gone\?permanent=true$/,
    ours: /^200 \[2\]$/,
    theirs: /^200 \[1,2\]$/,
    reason:
      'The deleted version of a schema goes when the same schema is registered again under a later one, as in Confluent.',
  },
  {
    sequence: /levels/,
    request: /^GET \/config\/level/,
    ours: /^404 40408$/,
    theirs: /^404 40401$/,
    reason: 'A subject without a level of its own is 40408, as documented.',
  },
  {
    sequence: /levels/,
    request: /^GET \/config\/level\?defaultToGlobal=true$/,
    ours: /^200 /,
    theirs: ANY,
    reason: 'Apicurio leaves defaultToGlobal out of account.',
  },
  {
    sequence: /levels|another kind|bodies/,
    request: ANY,
    ours: ANY,
    theirs: /^500 0$/,
    reason:
      'Apicurio fails with 500 at levels in lower case or unknown, at a schema of another kind, and at bodies without what is needed.',
  },
  {
    sequence: /levels/,
    request: /(?:GET|DELETE) \/config\/level/,
    ours: /FULL_TRANSITIVE/,
    theirs: /"FULL"/,
    reason: 'Follows from the level in lower case that Apicurio failed at.',
  },
  {
    sequence: /another kind/,
    request: /^GET /,
    ours: /^200 /,
    theirs: /^(?:404 40402|200 \[1\])$/,
    reason: 'Follows from the schema of another kind that Apicurio failed at.',
  },
  {
    sequence: /what is not there/,
    request: /^POST \/compatibility\/subjects\/nobody\/versions$/,
    ours: /^200 \{"is_compatible":true\}$/,
    theirs: /^404 40401$/,
    reason: 'What would be the first schema of a subject is compatible, as in Confluent.',
  },
  {
    sequence: /what is not there/,
    request: /\/versions\/latest$/,
    ours: /^200 \{"is_compatible":false\}$/,
    theirs: /^422 42201$/,
    reason: 'A schema of another kind is one, and not compatible, as in Confluent.',
  },
  {
    sequence: /what is not there/,
    request: /verbose=true$/,
    ours: /"messages"/,
    theirs: /is_compatible/,
    reason: 'Apicurio leaves verbose out of account.',
  },
  {
    sequence: /last version alone/,
    request: /^POST \/compatibility\/subjects\/[^/]+\/versions$/,
    ours: /^200 \{"is_compatible":true\}$/,
    theirs: /^200 \{"is_compatible":false\}$/,
    reason:
      'Without a version the check is what a registration would do, as documented: against the last version alone where the level is not transitive. Apicurio takes all versions.',
  },
  {
    sequence: /what is no schema: PROTOBUF|Protobuf that does not resolve/,
    request: /^POST /,
    ours: /^422 42201$/,
    theirs: /^200 /,
    reason:
      'Apicurio registers Protobuf that is empty or does not resolve; nobody could read with it.',
  },
  {
    sequence: /bodies/,
    request: ANY,
    ours: /^4(?:00|04|05|22) /,
    theirs: /without a code$/,
    reason: 'Each refusal here has a numeric code, as documented; a request without a body is 422.',
  },
  {
    sequence: /references/,
    request: /referencedby$/,
    ours: /^200 \[\d*\]$/,
    theirs: /^200 \[\d+\]$/,
    reason:
      'Ids are numbers of one registry each; and what was deleted softly refers to nothing here, as in Confluent.',
  },
  {
    sequence: /modes/,
    request: ANY,
    ours: ANY,
    theirs: /^(?:404 without a code|204 ""|200 \{"id":.*\})$/,
    reason: 'Apicurio has no modes.',
  },
  {
    sequence: /contexts/,
    request: /^GET \/contexts$/,
    ours: /^200 \["\.","\.compared"\]$/,
    theirs: /^200 \[":\.:"\]$/,
    reason: 'Contexts are told by their names, as documented, and all of them.',
  },
  {
    sequence: /JSON: a type becomes one of two: (?:BACKWARD|FULL)/,
    request: ANY,
    ours: /true|"id"|\[1,2\]/,
    theirs: /false|409|\[1\]/,
    reason: 'A type may become one of several, as documented; Apicurio refuses it.',
  },
  {
    sequence:
      /PROTOBUF: (?:an enum becomes a number|fixed32 becomes sfixed32|int32 becomes (?:bool|int64)|sint32 becomes sint64|string becomes bytes): /,
    request: ANY,
    ours: /true|"id"|\[1,2\]/,
    theirs: /false|409|\[1\]/,
    reason:
      'Types that are encoded alike may stand for each other, as documented; Apicurio refuses any other type.',
  },
  {
    sequence:
      /PROTOBUF: (?:a field is (?:added|removed|renamed)|a field becomes optional|a text becomes a list): /,
    request: ANY,
    ours: /true|"id"|\[1,2\]/,
    theirs: /false|409|\[1\]/,
    reason:
      'Fields are known by their numbers, come and go, and texts may become lists, as documented; Apicurio wants names, labels and fields to stay.',
  },
  {
    sequence:
      /PROTOBUF: (?:a message is added|a nested message is removed|a oneof gains a field|two fields move into a oneof|the package changes): /,
    request: ANY,
    ours: /false|409|\[1\]/,
    theirs: /true|"id"|\[1,2\]/,
    reason:
      'That a message goes, that its package changes, that a field of a oneof goes and that fields come to exclude each other breaks readers, as documented; Apicurio lets it pass.',
  },
]
