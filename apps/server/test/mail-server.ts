import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

interface Received {
  readonly mail: Email;
  readonly raw: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  readonly user: string | null;
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly received: readonly Received[];
  /** Users and passwords that were tried, and whether the connection was encrypted then. */
  readonly tried: readonly { readonly user: string; readonly password: string; readonly isEncrypted: boolean }[];
  /** How many recipients were named, those that were refused too. */
  readonly recipients: readonly string[];
}

export interface MailServerOptions {
  readonly port?: number;
  readonly login?: { readonly user: string; readonly password: string };
  readonly tls?: { readonly key: string; readonly cert: string } | 'none';
  /** The reply to a recipient instead of a good one. */
  readonly refuse?: (address: string) => number | null;
  /** Is waited for before a mail is taken. */
  readonly beforeTaking?: () => Promise<void>;
}

/** A real mail server on this machine that keeps what it gets. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { login, tls, refuse, beforeTaking } = options;
  const received: Received[] = [];
  const tried: { user: string; password: string; isEncrypted: boolean }[] = [];
  const recipients: string[] = [];
  const settings: SMTPServerOptions = {
    disabledCommands: [...(login ? [] : ['AUTH']), ...(tls === 'none' ? ['STARTTLS'] : [])],
    allowInsecureAuth: true,
    ...(tls && tls !== 'none' ? tls : {}),
    onAuth({ username = '', password }, session, callback) {
      tried.push({ user: username, password: password ?? '', isEncrypted: session.secure });
      if (username === login?.user && password === login.password) callback(null, { user: username });
      else callback(Object.assign(new Error('No.'), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, callback) {
      recipients.push(address);
      const reply = refuse?.(address) ?? null;
      if (reply === null) callback();
      else callback(Object.assign(new Error(`<${address}>: nobody here`), { responseCode: reply }));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        await beforeTaking?.();
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          mail: await PostalMime.parse(raw),
          raw: raw.toString(),
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          isEncrypted: session.secure,
          user: session.user ? String(session.user) : null,
        });
        callback();
      });
    },
  };
  const server = new SMTPServer(settings);
  server.on('error', () => undefined);
  const listening = await new Promise<SMTPServer['server']>((resolve) => {
    const { server: socket } = server;
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve(socket));
  });
  const { port } = listening.address() as AddressInfo; // it listens on a port, not on a pipe
  return {
    port,
    received,
    tried,
    recipients,
    [Symbol.asyncDispose]: async () => await new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
