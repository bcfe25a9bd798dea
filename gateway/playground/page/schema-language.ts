import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from 'graphql';
import type { Language } from './languages.ts';
import { ACCESS_WORDS } from './texts.ts';

/**
 * The schema with its descriptions in one language. In the SDL each has an English sentence and lines that begin with
 * `RU:` (the term and its legal source), `KK:` and, where a field belongs to a group of personal data, `Access:`.
 */
export function translateSchema(introspection: IntrospectionQuery, language: Language): GraphQLSchema {
  const groups = readGroupTitles(introspection, language);
  // An introspection is plain data: whatever in it has a description is described.
  const translated: unknown = JSON.parse(JSON.stringify(introspection), (key: string, value: unknown) =>
    key === 'description' ? translateDescription(value as string | null, language, groups) : value,
  );
  return buildClientSchema(translated as IntrospectionQuery);
}

/** A description in one language; what is not described in three stays as it is. */
export function translateDescription(
  description: string | null | undefined,
  language: Language,
  groups: ReadonlyMap<string, string>,
): string | null {
  if (!description) return null;
  const lines = description.split('\n');
  const tagged = (tag: string) => lines.find((line) => line.startsWith(`${tag}: `))?.slice(tag.length + 2);
  const plain = lines.filter((line) => !/^(?:RU|KK|Access): /.test(line)).join('\n');
  const main = language === 'en' ? plain : (tagged(language.toUpperCase()) ?? plain);
  const access = tagged('Access');
  return access ? `${main}\n\n*${translateAccess(access, language, groups)}*` : main;
}

/** `group 24 AUDIT, class S3` → «Доступ: группа 24 «Журнал доступа», класс S3». */
function translateAccess(access: string, language: Language, groups: ReadonlyMap<string, string>): string {
  const words = ACCESS_WORDS[language];
  const translated = access
    .replace(/group (?:(\d+) )?(\w+)/, (_, number: string | undefined, group: string) =>
      [words.group, number, `«${groups.get(group) ?? group}»`].filter(Boolean).join(' '),
    )
    .replace('class', words.class)
    .replace('status only', words.statusOnly);
  return `${words.access}: ${translated}`;
}

function readGroupTitles(introspection: IntrospectionQuery, language: Language): ReadonlyMap<string, string> {
  const { __schema: schema } = introspection;
  const type = schema.types.find(({ name }) => name === 'FieldGroup');
  if (type?.kind !== 'ENUM' || language === 'en') return new Map();
  return new Map(
    type.enumValues.map(({ name, description }) => [
      name,
      translateDescription(description, language, new Map()) ?? name,
    ]),
  );
}
