/** What a limit is counted by. */
type CountedBy = 'person' | 'address' | 'account' | 'installation' | 'socket';

interface Limit {
  /** How often, by default: each has a variable `LIMIT_…` of its name. */
  readonly points: number;
  /** In how many seconds; null: at the same time. */
  readonly seconds: number | null;
  readonly per: CountedBy;
  /**
   * How many points a process takes from the store at once and spends by itself. More than one saves queries, and a
   * process may then hold points that another one lacks: never more than `points` are spent, perhaps fewer.
   */
  readonly atOnce: number;
}

/** Every limit there is. Names are told to callers, in `details.limit` of `request.too_many`. */
export const limits = {
  /** Calls of somebody who is signed in, of procedures and of routes beside them. */
  procedures: { points: 600, seconds: 60, per: 'person', atOnce: 20 },
  /** Calls that nobody has to be signed in for. */
  visits: { points: 600, seconds: 60, per: 'address', atOnce: 20 },
  /** Attempts to show who one is: passwords, codes, links. */
  auth_by_address: { points: 10, seconds: 60, per: 'address', atOnce: 1 },
  auth_by_account: { points: 10, seconds: 60, per: 'account', atOnce: 1 },
  /** Reports of browsers about what the page's policy refused. */
  reports: { points: 60, seconds: 60, per: 'address', atOnce: 1 },
  /** Opening WebSockets. */
  connects: { points: 10, seconds: 60, per: 'person', atOnce: 1 },
  connects_by_address: { points: 50, seconds: 60, per: 'address', atOnce: 1 },
  /** Open WebSockets, over all processes. */
  open_sockets: { points: 20, seconds: null, per: 'person', atOnce: 1 },
  /** Frames over one WebSocket, counted by the process that holds it. */
  socket_messages: { points: 600, seconds: 60, per: 'socket', atOnce: 1 },
  /** Refusals that are answered at once, counted by the process that answers; what is more is answered late. */
  refusals: { points: 30, seconds: 60, per: 'address', atOnce: 1 },
  /** Answers of agents that are asked for. */
  runs: { points: 100, seconds: 3600, per: 'person', atOnce: 1 },
  /** Invitations made or sent again: each may be a mail to somebody who did not ask for it. */
  invitations: { points: 50, seconds: 3600, per: 'person', atOnce: 1 },
  /** Sessions made from others: each copies a conversation and its files. */
  forks: { points: 60, seconds: 3600, per: 'person', atOnce: 1 },
  runs_of_all: { points: 10_000, seconds: 3600, per: 'installation', atOnce: 20 },
} as const satisfies Record<string, Limit>;

type LimitName = keyof typeof limits;
/** Limits that are counted in the store that all processes share. */
export type SharedLimit = Exclude<LimitName, 'open_sockets' | 'socket_messages' | 'refusals'>;
/** How often each is allowed in this installation. */
export type LimitPoints = Readonly<Record<LimitName, number>>;
