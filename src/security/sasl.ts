/** The sasl.* settings: the mechanism, and the login module with its options. */
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock, Sasl, SaslMechanism } from '../types.js';
import { type LoginModule, parseJaas } from './jaas.js';
import { secret } from './secret.js';
import type { Settings } from './settings.js';
import { endpointTokens, fileTokens, givenToken, type TokenSource, unsecuredTokens } from './tokens.js';

export const SASL_SETTINGS = [
  'sasl.mechanism',
  'sasl.jaas.config',
  'sasl.oauthbearer.token.endpoint.url',
  'sasl.login.callback.handler.class',
] as const;

const MECHANISMS: readonly SaslMechanism[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'];
const PACKAGE = 'org.apache.kafka.common.security';
const MODULES: Readonly<{ [M in SaslMechanism]: string }> = {
  PLAIN: `${PACKAGE}.plain.PlainLoginModule`,
  'SCRAM-SHA-256': `${PACKAGE}.scram.ScramLoginModule`,
  'SCRAM-SHA-512': `${PACKAGE}.scram.ScramLoginModule`,
  OAUTHBEARER: `${PACKAGE}.oauthbearer.OAuthBearerLoginModule`,
};
const JAAS = 'sasl.jaas.config';
const ENDPOINT = 'sasl.oauthbearer.token.endpoint.url';

/** What cannot be read is told to `settings`; undefined then. */
export function readSasl(settings: Settings, clock: Clock): Sasl | undefined {
  const mechanism = readMechanism(settings);
  const module = readModule(settings);
  if (mechanism === undefined || module === undefined) return undefined;
  const wanted = MODULES[mechanism];
  if (module.name !== wanted) {
    settings.problem(
      JAAS,
      `sasl.mechanism ${mechanism} needs the login module ${wanted}, got ${module.name}`,
    );
    return undefined;
  }
  return mechanism === 'OAUTHBEARER'
    ? readBearer(settings, module, clock)
    : readPassword(settings, mechanism, module);
}

function readMechanism(settings: Settings): SaslMechanism | undefined {
  // Kafka's default is GSSAPI, which takes a Kerberos that Node does not have.
  if (!settings.has('sasl.mechanism')) {
    settings.problem(
      'sasl.mechanism',
      `expected one of ${MECHANISMS.join(', ')}, got nothing (GSSAPI is not supported)`,
    );
    settings.get('sasl.mechanism');
    return undefined;
  }
  return settings.word('sasl.mechanism', MECHANISMS, 'PLAIN');
}

function readModule(settings: Settings): LoginModule | undefined {
  const text = settings.get(JAAS);
  if (text === undefined) {
    const example = `${MODULES.PLAIN} required username="…" password="…";`;
    settings.problem(JAAS, `expected a login module such as ${example} got nothing`);
    return undefined;
  }
  try {
    return parseJaas(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    settings.problem(JAAS, error.message);
    return undefined;
  }
}

function readPassword(
  settings: Settings,
  mechanism: Exclude<SaslMechanism, 'OAUTHBEARER'>,
  { options }: LoginModule,
): Sasl | undefined {
  const username = options.get('username');
  const password = options.get('password');
  for (const [name, value] of Object.entries({ username, password })) {
    if (value === undefined || value === '')
      settings.problem(JAAS, `expected ${name}="…" among the options, got nothing`);
  }
  if (options.get('tokenauth')?.toLowerCase() === 'true') {
    settings.problem(JAAS, 'delegation tokens (tokenauth) are not supported; use a user and a password');
  }
  checkOptions(settings, options, (name) => ['username', 'password', 'tokenauth'].includes(name));
  if (!username || !password) return undefined;
  return { mechanism, username, password: secret(password) };
}

// ---------------------------------------------------------------- OAUTHBEARER

const EXTENSION = /^(?:unsecuredLoginExtension_|extension_)([A-Za-z]+)$/;
const CLAIM = /^unsecuredLogin(String|Number|List)Claim_(.+)$/;
const BEARER_OPTION =
  /^(?:unsecuredLogin(?:LifetimeSeconds|PrincipalClaimName|ScopeClaimName)|clientId|clientSecret|scope|oauth\.access\.token)$/;

function readBearer(settings: Settings, { options }: LoginModule, clock: Clock): Sasl | undefined {
  checkOptions(
    settings,
    options,
    (name) => BEARER_OPTION.test(name) || EXTENSION.test(name) || CLAIM.test(name),
  );
  // The class says in Java what the settings beside it say already.
  settings.get('sasl.login.callback.handler.class');
  const extensions: { [name: string]: string } = {};
  for (const [option, value] of options) {
    const name = EXTENSION.exec(option)?.[1];
    if (name === undefined) continue;
    if (name === 'auth')
      settings.problem(JAAS, `${option}: the name auth is the token's own; choose another`);
    extensions[name] = value;
  }
  const token = readTokens(settings, options, clock);
  return token === undefined ? undefined : { mechanism: 'OAUTHBEARER', token, extensions };
}

function readTokens(
  settings: Settings,
  options: ReadonlyMap<string, string>,
  clock: Clock,
): TokenSource | undefined {
  const given = options.get('oauth.access.token');
  if (given !== undefined) return givenToken(given);
  const url = settings.get(ENDPOINT);
  if (url !== undefined) return readEndpoint(settings, url, options, clock);
  return readUnsecured(settings, options, clock);
}

function readEndpoint(
  settings: Settings,
  text: string,
  options: ReadonlyMap<string, string>,
  clock: Clock,
): TokenSource | undefined {
  if (isAbsolute(text)) return fileTokens(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'file:') return fileTokens(fileURLToPath(url));
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    settings.problem(ENDPOINT, 'expected an https, http or file URL without user and password');
    return undefined;
  }
  const clientId = options.get('clientId');
  const clientSecret = options.get('clientSecret');
  if (!clientId || !clientSecret) {
    settings.problem(JAAS, 'expected clientId="…" and clientSecret="…" for the token endpoint, got nothing');
    return undefined;
  }
  return endpointTokens(
    { url: text, clientId, clientSecret: secret(clientSecret), scope: options.get('scope') },
    clock,
  );
}

const LIFETIME_SECONDS = 3600;

function readUnsecured(
  settings: Settings,
  options: ReadonlyMap<string, string>,
  clock: Clock,
): TokenSource | undefined {
  const claims: { [name: string]: string | number | string[] } = {};
  for (const [option, value] of options) {
    const [, kind, name] = CLAIM.exec(option) ?? [];
    if (kind === undefined || name === undefined) continue;
    if (kind === 'String') claims[name] = value;
    // As Kafka has it, the first character parts the list: "|a|b".
    else if (kind === 'List') claims[name] = value === '' ? [] : value.slice(1).split(value[0]!);
    else if (value.trim() !== '' && Number.isFinite(Number(value))) claims[name] = Number(value);
    else settings.problem(JAAS, `${option}: expected a number`);
  }
  const lifetimeSeconds = Number(options.get('unsecuredLoginLifetimeSeconds') ?? LIFETIME_SECONDS);
  if (!(lifetimeSeconds > 0))
    settings.problem(JAAS, 'unsecuredLoginLifetimeSeconds: expected a positive number');
  const principal = options.get('unsecuredLoginPrincipalClaimName') ?? 'sub';
  if (!(principal in claims)) {
    settings.problem(
      JAAS,
      `expected a token: unsecuredLoginStringClaim_${principal}="…", oauth.access.token="…", or ${ENDPOINT} with a URL ` +
        '(file: reads a token from a file)',
    );
    return undefined;
  }
  return unsecuredTokens({ claims, lifetimeSeconds }, clock);
}

function checkOptions(
  settings: Settings,
  options: ReadonlyMap<string, string>,
  isKnown: (name: string) => boolean,
): void {
  const unknown = [...options.keys()].filter((name) => !isKnown(name));
  if (unknown.length === 0) return;
  settings.problem(JAAS, `not an option of this login module: ${unknown.join(', ')}`);
}
