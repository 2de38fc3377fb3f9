/** What a file in apis/ is made of: one API of Kafka's protocol, as the sandbox serves it. */
import type { ApiName } from '../protocol/keys.js';
import type { Reader } from '../protocol/reader.js';
import type { Call } from './call.js';
import type { Reply } from './reply.js';

/** What a request speaks of, for faults that choose by topic and partition. */
export interface Subject {
  readonly topic: string;
  readonly partition?: number;
}

export interface Api<Body = unknown> {
  readonly name: ApiName;
  /** The first and the last version that is served. */
  readonly versions: readonly [first: number, last: number];
  /** The first version that ApiVersions names, where that differs. */
  readonly advertisedFrom?: number;
  /** Whether later versions are answered too, in a form that the caller can read. */
  readonly answersAnyVersion?: boolean;
  /** Whether it has no more use for the request's bytes once it has answered. */
  readonly copies?: boolean;
  /** Reads the request behind its header. Throws a ProtocolError. */
  read(reader: Reader, version: number): Body;
  subjects?(body: Body): Iterable<Subject>;
  /** Does what is asked and answers; null where the protocol wants no answer. */
  serve(body: Body, call: Call): Reply | null | Promise<Reply | null>;
}
