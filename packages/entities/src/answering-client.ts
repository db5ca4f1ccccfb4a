import net from 'node:net';
import pg from 'pg';

/** PostgreSQL ends a statement after ten seconds. A server that has not even done that is not there. */
const answersWithinMs = 11_000;

/**
 * A connection that is given up when a statement on it is not answered: the server may stand still, or the network may
 * have lost it without a word. It is broken off as a whole. To give up the statement alone would hand the connection to
 * the next caller in the middle of a transaction.
 */
export class AnsweringClient extends pg.Client {
  /** While it is set, a statement may take as long as it does: for migrations. */
  isPatient = false;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.once('connect', () => this.#watch());
  }

  #watch(): void {
    // Neither is in the types of `pg`: the socket, and whether no statement is under way.
    const stream: unknown = Reflect.get(Object(Reflect.get(this, 'connection')), 'stream');
    if (!(stream instanceof net.Socket)) return;
    stream.setTimeout(answersWithinMs, () => {
      if (this.isPatient || Reflect.get(this, 'readyForQuery') === true) return;
      stream.destroy(new Error('Connection terminated: the database does not answer.'));
    });
  }
}
