// Answers that say no, with Confluent's numbers (docs.confluent.io, "Schema Registry API
// Reference", errors).

export interface Refusal {
  /** Of HTTP. */
  status: number
  code: number
  message: string
}

/** Carries a refusal to where the answer is made. */
export class RegistryRefusal extends Error {
  readonly refusal: Refusal

  constructor(status: number, code: number, message: string) {
    super(message)
    this.refusal = { status, code, message }
  }
}

export const refuse = {
  subjectNotFound: (subject: string) =>
    new RegistryRefusal(404, 40401, `Subject '${subject}' not found.`),
  versionNotFound: (version: number | string) =>
    new RegistryRefusal(404, 40402, `Version ${version} not found.`),
  schemaNotFound: (what = '') => new RegistryRefusal(404, 40403, `Schema${what} not found`),
  subjectSoftDeleted: (subject: string) =>
    new RegistryRefusal(
      404,
      40404,
      `Subject '${subject}' was soft deleted. Set permanent=true to delete permanently`,
    ),
  subjectNotSoftDeleted: (subject: string) =>
    new RegistryRefusal(
      404,
      40405,
      `Subject '${subject}' was not deleted first before being permanently deleted`,
    ),
  versionSoftDeleted: (subject: string, version: number) =>
    new RegistryRefusal(
      404,
      40406,
      `Subject '${subject}' Version ${version} was soft deleted. Set permanent=true to delete permanently`,
    ),
  versionNotSoftDeleted: (subject: string, version: number) =>
    new RegistryRefusal(
      404,
      40407,
      `Subject '${subject}' Version ${version} was not deleted first before being permanently deleted`,
    ),
  noConfig: (subject: string) =>
    new RegistryRefusal(
      404,
      40408,
      `Subject '${subject}' does not have subject-level compatibility configured`,
    ),
  noMode: (subject: string) =>
    new RegistryRefusal(
      404,
      40409,
      `Subject '${subject}' does not have subject-level mode configured`,
    ),
  /** Confluent's newest servers say 40901; what is documented, and what clients know, is 409. */
  incompatible: (reasons: string) =>
    new RegistryRefusal(
      409,
      409,
      `Schema being registered is incompatible with an earlier schema: ${reasons}`,
    ),
  invalidSchema: (reason: string) => new RegistryRefusal(422, 42201, `Invalid schema: ${reason}`),
  invalidVersion: (version: string) =>
    new RegistryRefusal(
      422,
      42202,
      `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
    ),
  invalidLevel: (level: string) =>
    new RegistryRefusal(
      422,
      42203,
      `Invalid compatibility level '${level}'. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive`,
    ),
  invalidMode: (mode: string) =>
    new RegistryRefusal(
      422,
      42204,
      `Invalid mode '${mode}'. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, IMPORT and FORWARD`,
    ),
  forwardOfOne: () =>
    new RegistryRefusal(422, 42204, 'Forward mode is for all subjects, not for one'),
  notPermitted: (reason: string) => new RegistryRefusal(422, 42205, reason),
  referenceExists: (by: string) =>
    new RegistryRefusal(422, 42206, `One or more references exist to the schema ${by}.`),
  invalidSubject: (subject: string) =>
    new RegistryRefusal(422, 42208, `The specified subject '${subject}' is not a valid subject.`),
  tooLarge: (reason: string) =>
    new RegistryRefusal(422, 42209, `The schema is too large: ${reason}`),
  invalidRuleSet: (reason: string) =>
    new RegistryRefusal(422, 42210, `Invalid rule set: ${reason}`),
  contextNotEmpty: (context: string) =>
    new RegistryRefusal(422, 42211, `The specified context '${context}' is not empty.`),
  /** What the body as a whole lacks. */
  invalidRequest: (reason: string) => new RegistryRefusal(422, 422, reason),
  /** Something in the body is of another kind than it must be. */
  badRequest: (reason: string) => new RegistryRefusal(400, 400, `Invalid request: ${reason}`),
  notFound: () => new RegistryRefusal(404, 404, 'HTTP 404 Not Found'),
} as const
