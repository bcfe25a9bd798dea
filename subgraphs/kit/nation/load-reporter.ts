import type { WriteStream } from 'node:tty';
import { AGENCIES, type Agency } from '../../../schema/subgraphs.ts';
import type { LoadProgress } from './load.ts';

const BAR_LENGTH = 24;

/**
 * Shows how far the first start has come: on a terminal one line that moves, elsewhere a line for every fifth of an
 * agency's families.
 */
export function createLoadReporter(out: Pick<WriteStream, 'isTTY' | 'write'>) {
  let shown = '';
  return (agency: Agency, progress: LoadProgress): void => {
    const share = progress.families / progress.ofFamilies;
    const step = out.isTTY ? `${Math.floor(share * 100)}` : `${agency} ${Math.floor(share * 5)}`;
    if (step === shown && !progress.done) return;
    shown = step;
    const line = describe(agency, progress, share);
    if (!out.isTTY) out.write(`${line}\n`);
    else out.write(`\r\u001B[K${line}${progress.done ? '\n' : ''}`);
  };
}

function describe(agency: Agency, { rows, seconds, done }: LoadProgress, share: number): string {
  const filled = Math.round(share * BAR_LENGTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_LENGTH - filled)}`;
  const rate = `${Math.round(rows / Math.max(seconds, 0.001)).toLocaleString('en')} rows/s`;
  const of = `${AGENCIES.indexOf(agency) + 1}/${AGENCIES.length}`;
  const left = done
    ? `${rows.toLocaleString('en')} rows in ${seconds.toFixed(1)} s`
    : `${Math.ceil((seconds * (1 - share)) / share)} s left`;
  return `  ${of} ${agency.padEnd(9)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${rate.padStart(14)}  ${left}`;
}
