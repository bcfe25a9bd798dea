-- Likely matches in a registry of any size (decision B1): a name alone is shared by too many, so its words are looked up
-- together with the year of birth, and with the district or with each other.

-- Each word of a name in its year and district, and each two words in their year wherever that was. Who has no year of
-- birth on record is found by the phone alone: nothing else would be enough (rules/person-matching.ts).
create function match_keys(words text[], birth_year integer, kato text) returns text[]
language plpgsql immutable parallel safe as $$
declare
  keys text[];
begin
  if birth_year is null then
    return null;
  end if;
  for one in 1 .. coalesce(cardinality(words), 0) loop
    if kato not like '__0000000' then
      keys := keys || concat_ws(' ', words[one], birth_year, left(kato, 4));
    end if;
    for other in 1 .. one - 1 loop
      keys := keys || concat_ws(
        ' ', least(words[one] collate "C", words[other]), greatest(words[one] collate "C", words[other]), birth_year);
    end loop;
  end loop;
  return keys;
end $$;

-- Without a list of pending entries, which every search would have to read through.
create index person_match_keys on person using gin (match_keys(name_keys(full_name), birth_year, registered_kato))
  with (fastupdate = off) where merged_into is null;
drop index person_name_keys;
