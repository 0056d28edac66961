-- How texts are compared when somebody searches, decided once for every list and for knowledge. People leave out accents, marks and
-- capitals, and write one letter in several ways; a search that takes them at their word finds nothing.

-- A text as searches compare it: compatibility forms (full width, ligatures, superscripts) as Unicode decomposes them, small letters,
-- without the marks that Latin, Greek, Cyrillic, Hebrew and Arabic are also written without, and digits of every script as 0 to 9.
-- Vowel signs of other scripts stay, because a word without them is another word. The rules of the letters are those of Unicode and not
-- of the database's locale, which may know ASCII only.
do $do$
declare
    letters text := (
        select quote_ident(collname) from pg_collation
        where collname in ('pg_c_utf8', 'und-x-icu', 'default') and collencoding in (-1, pg_char_to_encoding('UTF8'))
        order by array_position(array['pg_c_utf8', 'und-x-icu', 'default'], collname::text) limit 1
    );
begin
    execute format($make$
        create function fold(written text) returns text
        language sql immutable strict parallel safe as $$
            -- Plain ASCII, as most English is, needs no more than small letters.
            select case when octet_length(written) = char_length(written) then lower(written collate %1$s) else normalize(
                replace(replace(replace(replace(translate(
                    lower(regexp_replace(
                        normalize(written, NFKD),
                        '[\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]',
                        '', 'g'
                    ) collate %1$s),
                    'ςıøłđħŧ‐‑‒–—−٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९', 'σioldht------012345678901234567890123456789'
                ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
                NFKC
            ) end
        $$
    $make$, letters);
    -- The words of a text: what stands between blanks and signs; `C++` and `C#` keep theirs. What is written in a script that sets no
    -- blanks (Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean) stands apart from what is not.
    execute format($make$
        create function words_of(written text) returns setof text
        language sql immutable strict parallel safe as $$
            select w.part[1] from regexp_matches(
                written collate %1$s,
                '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+|[^\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff[:space:][:punct:][:cntrl:]$+<=>^`|~]+(?:(?:\+\+|#)(?![[:alnum:]]))?',
                'g'
            ) w (part)
        $$
    $make$, letters);
end $do$;

-- Whether a word is of a script that sets no blanks.
create function is_unspaced(word text) returns boolean
language sql immutable strict parallel safe as $$
    select word ~ '^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]'
$$;
