/** One of the 17 regions and 3 cities of republican significance (domain.md 5.5). */
export interface Region {
  /** First two digits of every KATO code of the region; the same as ISO 3166-2:KZ. */
  readonly code: string;
  readonly titleRu: string;
  readonly titleKk: string;
}

const region = (code: string, titleRu: string, titleKk: string): Region => ({ code, titleRu, titleKk });

/** In the order of their codes. Beware of lists that give Ulytau 63: it is 62. */
export const REGIONS: readonly Region[] = [
  region('10', 'область Абай', 'Абай облысы'),
  region('11', 'Акмолинская область', 'Ақмола облысы'),
  region('15', 'Актюбинская область', 'Ақтөбе облысы'),
  region('19', 'Алматинская область', 'Алматы облысы'),
  region('23', 'Атырауская область', 'Атырау облысы'),
  region('27', 'Западно-Казахстанская область', 'Батыс Қазақстан облысы'),
  region('31', 'Жамбылская область', 'Жамбыл облысы'),
  region('33', 'область Жетісу', 'Жетісу облысы'),
  region('35', 'Карагандинская область', 'Қарағанды облысы'),
  region('39', 'Костанайская область', 'Қостанай облысы'),
  region('43', 'Кызылординская область', 'Қызылорда облысы'),
  region('47', 'Мангистауская область', 'Маңғыстау облысы'),
  region('55', 'Павлодарская область', 'Павлодар облысы'),
  region('59', 'Северо-Казахстанская область', 'Солтүстік Қазақстан облысы'),
  region('61', 'Туркестанская область', 'Түркістан облысы'),
  region('62', 'область Ұлытау', 'Ұлытау облысы'),
  region('63', 'Восточно-Казахстанская область', 'Шығыс Қазақстан облысы'),
  region('71', 'г. Астана', 'Астана қ.'),
  region('75', 'г. Алматы', 'Алматы қ.'),
  region('79', 'г. Шымкент', 'Шымкент қ.'),
];

const BY_CODE = new Map(REGIONS.map((entry) => [entry.code, entry]));

/** The region of a nine-digit KATO code, or undefined when its first two digits name none. */
export function findRegion(kato: string): Region | undefined {
  return BY_CODE.get(kato.slice(0, 2));
}

/** The region-level KATO code (620000000) of any code below it. */
export function toRegionKato(kato: string): string {
  return `${kato.slice(0, 2)}0000000`;
}
