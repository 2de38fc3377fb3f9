/** Certificates for tests, made by openssl and keytool as people make them: authorities, brokers, clients, bad ones. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Need, output, programPath } from './tools.js';

export const opensslAndKeytool: Need = {
  name: 'openssl and keytool',
  remedy: 'install OpenSSL 3 and a JDK 17 or newer (on Debian: apt-get install openssl default-jdk-headless)',
  async ready() {
    for (const program of ['openssl', 'keytool']) {
      if (programPath(program) === undefined) throw new Error(`${program} is not on the PATH`);
    }
  },
};

export const openssl: Need = {
  name: 'openssl',
  remedy: 'install OpenSSL 3 (on Debian: apt-get install openssl)',
  async ready() {
    if (programPath('openssl') === undefined) throw new Error('openssl is not on the PATH');
  },
};

export interface Certificate {
  /** PEM files. */
  readonly cert: string;
  readonly key: string;
}

/** A folder in which each certificate is two PEM files, NAME.pem and NAME.key. */
export class Certificates {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async authority(name: string): Promise<Certificate> {
    const files = this.#files(name);
    const what = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
    await output('openssl', ['req', ...what, '-keyout', files.key, '-out', files.cert]);
    return files;
  }

  /** `names` as in a certificate: `DNS:localhost,IP:127.0.0.1`. `period` as `openssl ca` takes dates; by default two days from now. */
  async signed(
    name: string,
    by: Certificate,
    options: { readonly names?: string; readonly period?: readonly [from: string, to: string] } = {},
  ): Promise<Certificate> {
    const files = this.#files(name);
    const request = this.path(`${name}.csr`);
    const subject = ['-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`];
    await output('openssl', ['req', ...subject, '-keyout', files.key, '-out', request]);
    const config = this.path(`${name}.cnf`);
    const database = this.path(`${name}.db`);
    writeFileSync(database, '');
    const names = options.names === undefined ? '' : `subjectAltName=${options.names}\n`;
    writeFileSync(
      config,
      '[ca]\ndefault_ca=own\n[own]\n' +
        `database=${database}\nnew_certs_dir=${this.folder}\nrand_serial=yes\ndefault_md=sha256\n` +
        'unique_subject=no\npolicy=any\nx509_extensions=ext\n[any]\ncommonName=supplied\n' +
        `[ext]\nbasicConstraints=CA:FALSE\n${names}`,
    );
    const [from, to] = options.period ?? [];
    const period = from === undefined ? ['-days', '2'] : ['-startdate', from, '-enddate', to!];
    const signer = ['-cert', by.cert, '-keyfile', by.key];
    const files_ = ['-in', request, '-out', files.cert, '-notext', '-batch'];
    await output('openssl', ['ca', '-config', config, ...signer, ...period, ...files_]);
    return files;
  }

  /** A PKCS #12 key store by openssl. */
  async keyStore(name: string, { cert, key }: Certificate, password: string): Promise<string> {
    const path = this.path(`${name}.p12`);
    const pass = ['-passout', `pass:${password}`];
    await output('openssl', ['pkcs12', '-export', '-in', cert, '-inkey', key, '-out', path, ...pass]);
    return path;
  }

  /** A trust store by keytool. */
  async trustStore(
    name: string,
    { cert }: Certificate,
    password: string,
    type: 'PKCS12' | 'JKS' = 'PKCS12',
  ): Promise<string> {
    const path = this.path(`${name}.${type === 'JKS' ? 'jks' : 'p12'}`);
    const how = ['-storetype', type, '-keystore', path, '-storepass', password, '-noprompt'];
    await output('keytool', ['-importcert', '-alias', 'ca', '-file', cert, ...how]);
    return path;
  }

  #files(name: string): Certificate {
    return { cert: this.path(`${name}.pem`), key: this.path(`${name}.key`) };
  }
}
