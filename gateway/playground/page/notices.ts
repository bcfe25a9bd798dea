import { type GraphQLSchema, isEnumType } from 'graphql';
import type { ErrorCode } from '../../../schema/codes.ts';
import { titleOfValue } from './answer-shape.ts';
import type { Answer, AnswerError } from './gateway-client.ts';
import type { Language, Text } from './languages.ts';
import { AGENCY_UNAVAILABLE, ERRORS, MASK_REASONS, TEXTS } from './texts.ts';

/** What must be known before reading an answer, told above it. */
export interface Notice {
  readonly tone: 'outage' | 'refusal' | 'masked';
  readonly title: string;
  /** The coded message, for whoever has to look into it. */
  readonly detail: string | null;
}

/** Outages first, then errors and refused commands, then what was lawfully left out. */
export function listNotices(answer: Answer, schema: GraphQLSchema | null, language: Language): readonly Notice[] {
  const errors = (answer.errors ?? []).map((error) => toNotice(error, language));
  return [
    ...errors.filter(({ tone }) => tone === 'outage'),
    ...errors.filter(({ tone }) => tone !== 'outage'),
    ...listRefusals(answer, schema, language),
    ...listMasks(answer, schema, language),
  ];
}

function toNotice({ message, extensions }: AnswerError, language: Language): Notice {
  const { code, agency } = extensions ?? {};
  if (code === 'AGENCY_UNAVAILABLE') {
    const title = AGENCY_UNAVAILABLE[agency as keyof typeof AGENCY_UNAVAILABLE] ?? ERRORS.AGENCY_UNAVAILABLE;
    return { tone: 'outage', title: title[language], detail: TEXTS.restIsThere[language] };
  }
  const known: Text | undefined = ERRORS[code as ErrorCode];
  return {
    tone: 'refusal',
    title: (known ?? TEXTS.unknownError)[language],
    detail: code ? `${code} · ${message}` : message,
  };
}

interface UserError {
  readonly code: string;
  readonly message?: string;
}

function listRefusals({ data }: Answer, schema: GraphQLSchema | null, language: Language): Notice[] {
  const payloads = Object.values(data ?? {}) as ({ userErrors?: readonly UserError[] } | null)[];
  return payloads
    .flatMap((payload) => (Array.isArray(payload?.userErrors) ? payload.userErrors : []))
    .map(({ code, message }) => ({
      tone: 'refusal',
      title: `${TEXTS.commandRefused[language]}: ${titleOfEnum(schema, 'UserErrorCode', code, language)}`,
      detail: [code, message].filter(Boolean).join(' · '),
    }));
}

function listMasks({ extensions }: Answer, schema: GraphQLSchema | null, language: Language): Notice[] {
  const byReason = Map.groupBy(extensions?.masked ?? [], ({ reason }) => reason);
  return [...byReason].map(([reason, masks]) => ({
    tone: 'masked',
    title: `${TEXTS.masked[language]}: ${masks
      .map(({ group }) => titleOfEnum(schema, 'FieldGroup', group, language))
      .join('; ')}`,
    detail: MASK_REASONS[reason]?.[language] ?? reason,
  }));
}

function titleOfEnum(schema: GraphQLSchema | null, type: string, value: string, language: Language): string {
  const found = schema?.getType(type);
  return isEnumType(found) ? titleOfValue(found, value, language) : value;
}
