import { proveScale } from './scale.ts';

/** Proofs at full size, by name: they print the numbers. `npm test` runs the same at a size for every change (decision E2). */
const PROOFS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = { scale: proveScale };

const [name = '', ...args] = process.argv.slice(2);
const proof = PROOFS[name];
if (!proof) {
  process.stderr.write(`The proof must be one of ${Object.keys(PROOFS).join(', ')}, not ${JSON.stringify(name)}.\n`);
  process.exit(1);
}
await proof(args);
