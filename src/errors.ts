/** The closed list of what can go wrong by name. The first group is found before anything is sent (exit 2). */
export const ERROR_CODES = {
  USAGE: 2,
  CONFIG: 2,
  NOT_FOUND: 2,
  GENERATOR_INVALID: 2,
  CODEC_MISSING: 2,
  PORT_IN_USE: 2,
  NOT_WRITABLE: 2,
  BROKER_UNREACHABLE: 2,
  ADVERTISED_UNREACHABLE: 2,
  TOPIC: 2,
  AUTHENTICATION: 2,
  UNSUPPORTED: 2,
  GENERATOR_THREW: 1,
  BROKER_LOST: 1,
  INPUT: 1,
  OUTPUT: 1,
  VERIFY: 1,
  INTERNAL: 1,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The one error of eventmill's own. Its message is written for people: what was expected, what was found, how to
 * mend it; one line per mistake.
 */
export class EventmillError extends Error {
  override readonly name = 'EventmillError';
  readonly code: ErrorCode;
  /** Whether trying again may help. */
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retriable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retriable = options.retriable ?? false;
  }

  /** What the process should end with. */
  get exitCode(): 1 | 2 {
    return ERROR_CODES[this.code];
  }
}

/** For people: one line for what is ours, the stack for a bug. */
export function errorText(error: unknown): string {
  if (error instanceof EventmillError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
