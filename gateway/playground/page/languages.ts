/** The languages of the page; the schema is described in all three. */
export const LANGUAGES = ['ru', 'kk', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text of the page in every language. */
export type Text = Readonly<Record<Language, string>>;

export const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });
