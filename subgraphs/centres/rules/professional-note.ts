import { allow, type Decision, refuse } from '../../kit/refusal.ts';

/** A code of the international classification of diseases, or the word itself, in the three languages in use. */
const DIAGNOSIS = [/\b[A-TV-Z]\d{2}\.\d/iu, /(?<!\p{L})(?:диагноз|diagnos)/iu, /(?<!\p{L})(?:мкб|аха?ж|icd)-?1[01]/iu];

/** Centre psychologists make no diagnosis and centres give no medical services. */
export function checkNote(text: string): Decision {
  if (!DIAGNOSIS.some((pattern) => pattern.test(text))) return allow();
  return refuse('INVALID_INPUT', 'A note must hold no diagnosis (R-014); this one names one.', {
    path: ['input', 'text'],
  });
}
