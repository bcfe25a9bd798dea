import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertNothingBroken } from './breaking-changes.ts';
import { compose, readCommitted } from './composition.ts';
import { runScript } from './run-script.ts';

await runScript(() => {
  const composed = compose();
  assertNothingBroken(readCommitted().apiSdl, composed.apiSdl);
  writeFileSync(join(import.meta.dirname, 'supergraph.graphql'), composed.supergraphSdl);
  writeFileSync(join(import.meta.dirname, 'api.graphql'), composed.apiSdl);
  process.stdout.write('schema/supergraph.graphql and schema/api.graphql are composed from the subgraphs.\n');
});
