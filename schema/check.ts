import { assertNothingBroken } from './breaking-changes.ts';
import { compose, readCommitted } from './composition.ts';
import { runScript } from './run-script.ts';

await runScript(() => {
  assertNothingBroken(readCommitted().apiSdl, compose().apiSdl);
  process.stdout.write('The schema keeps every promised operation and every field that was not deprecated.\n');
});
