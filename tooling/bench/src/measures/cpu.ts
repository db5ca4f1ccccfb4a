import { load } from '../load.ts';
import { judge, round } from '../table.ts';
import type { Measure } from './measure.ts';

/** Processor time of the server and its database together, for what the bare server spends on its own. */
export const cpu: Measure = {
  name: 'cpu',
  async run(bench) {
    const { server, database, bare, words } = (await load(bench)).cpu;
    const perThousand = (seconds: number) => `${round((seconds * 1e6) / words)} ms`;
    return [
      {
        measure: 'processor time for 1,000 tokens, 100 runs',
        ours: `${perThousand(server + database)} (server ${perThousand(server)}, database ${perThousand(database)})`,
        bare: perThousand(bare),
        ...judge({ figure: (server + database) / bare, limit: 2, unit: '×' }),
      },
    ];
  },
};
