-- The search for persons (decision F1): by words of the name in either alphabet of Kazakhstan, year of birth, phone and territory.

-- Letters that are taken for each other: upper case and lower, ё and е, and the Kazakh letters as Russian keyboards have them.
-- Written out, because lower() knows Cyrillic under some locales only.
create function fold_name(name text) returns text language sql immutable strict parallel safe
  return translate(
    name,
    'ABCDEFGHIJKLMNOPQRSTUVWXYZАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯйЁёӘәҒғҚқҢңӨөҰұҮүҺһІі',
    'abcdefghijklmnopqrstuvwxyzабвгдежзииклмнопрстуфхцчшщъыьэюяиееааггккннооууууххии');

create function name_words(name text) returns text[] language sql immutable strict parallel safe
  return array_remove(regexp_split_to_array(fold_name(name), '[^0-9a-zа-я]+'), '');

create function name_lexemes(name text) returns tsvector language sql immutable strict parallel safe
  return array_to_tsvector(name_words(name));

-- Every word of the text must begin a word of the name.
create function name_query(text text) returns tsquery language sql immutable strict parallel safe
  return (select string_agg(quote_literal(word) || ':*', ' & ')::tsquery from unnest(name_words(text)) as word);

-- Without the country code: +7 700 … and 8 700 … are one number.
create function phone_digits(phone text) returns text language sql immutable strict parallel safe
  return right(regexp_replace(phone, '[^0-9]', '', 'g'), 10);

create index person_name on person using gin (name_lexemes(full_name)) where merged_into is null;
create index person_birth_year on person (birth_year, id) where merged_into is null;
create index person_phone on person (phone_digits(phone), id) where merged_into is null;
create index person_kato_2 on person (left(registered_kato, 2), id) where merged_into is null;
create index person_kato_4 on person (left(registered_kato, 4), id) where merged_into is null;
create index person_kato_6 on person (left(registered_kato, 6), id) where merged_into is null;
create index person_kato_9 on person (left(registered_kato, 9), id) where merged_into is null;

-- Suggestions for links, the likeliest first.
create index link_suggestion_score on link_suggestion (score desc, id);
