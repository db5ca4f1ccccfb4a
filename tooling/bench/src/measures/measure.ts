import type { Bench } from '../bench.ts';
import type { Row } from '../table.ts';

export interface Measure {
  readonly name: string;
  run(bench: Bench): Promise<readonly Row[]>;
}
