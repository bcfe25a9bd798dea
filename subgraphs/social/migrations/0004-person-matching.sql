-- Likely matches of somebody who is known without an IIN (decision B1).

-- Coarse keys of the words of a name, alike in Kazakh, Russian and Latin spelling: what is left of a word without its vowels.
-- They only find candidates; rules/person-matching.ts decides. Digraphs are replaced after the letters, so that
-- `Асхат` and `Askhat` lose their difference in the same way.
create function name_keys(name text) returns text[] language sql immutable strict parallel safe
  return array_remove(
    regexp_split_to_array(
      regexp_replace(
        translate(
          replace(replace(replace(replace(replace(replace(replace(replace(replace(
            translate(
              name,
              'BCDFGHJKLMNPQRSTVWXZбвгғджзкқлмнңпрстфхһцчшщБВГҒДЖЗКҚЛМНҢПРСТФХҺЦЧШЩbcdfghjklmnpqrstvwxz',
              'bcdfghjklmnpkrstvvszbvggdjzkklmnnprstfhhscxxbvggdjzkklmnnprstfhhscxxbcdfghjklmnpkrstvvsz'),
            'zh', 'j'), 'dj', 'j'), 'kh', 'h'), 'gh', 'g'), 'ch', 'c'), 'sh', 'x'), 'xc', 'x'), 'ts', 's'), 'ng', 'n'),
          'aeiouyAEIOUYаәеёийіоөуұүыэюяъьАӘЕЁИЙІОӨУҰҮЫЭЮЯЪЬ',
          ''),
        '(.)\1+', '\1', 'g'),
      '[^a-z]+'),
    '');

create index person_name_keys on person using gin (name_keys(full_name)) where merged_into is null;
