//! Letters as they are meant: hidden characters taken out, look-alikes and accents replaced.

/// The text without characters that a reader does not see, and whether there were any that hide something. Text that is shown
/// backwards is turned round.
pub(super) fn visible(raw: &str) -> (String, bool) {
    let mut out = String::with_capacity(raw.len());
    let mut hidden = false;
    let mut backwards: Option<String> = None;
    let chars: Vec<char> = raw.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        match c {
            '\u{202e}' => {
                hidden = true;
                backwards.get_or_insert_default();
            }
            '\u{202c}' | '\u{2069}' if backwards.is_some() => {
                out.extend(backwards.take().unwrap_or_default().chars().rev());
            }
            // These have a use in emoji and in right-to-left text; inside a Latin word they hide something.
            '\u{200c}'..='\u{200f}' => {
                let latin = |c: Option<&char>| c.is_some_and(char::is_ascii_alphabetic);
                hidden |= i > 0 && latin(chars.get(i - 1)) && latin(chars.get(i + 1));
            }
            '\u{fe00}'..='\u{fe0f}' => {}
            '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{202a}'..='\u{202d}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}' => hidden = true,
            c => match &mut backwards {
                Some(text) => text.push(c),
                None => out.push(c),
            },
        }
    }
    out.extend(backwards.unwrap_or_default().chars().rev());
    (out, hidden)
}

/// The text in lower case, plain Latin letters where a letter looks like one.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\u{300}'..='\u{36f}') {
            continue;
        }
        let c = styled(c);
        for c in look_alike(c).to_lowercase() {
            match accent(c) {
                "" if matches!(c, '\u{300}'..='\u{36f}') => {}
                "" => out.push(look_alike(c)),
                plain => out.push_str(plain),
            }
        }
    }
    out
}

/// A digit read as the letter that it looks like; `one` is what `1` stands for.
pub(super) fn leet(c: char, one: char) -> char {
    match c {
        '0' => 'o',
        '1' => one,
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        c => c,
    }
}

/// Mathematical, circled, squared and full-width letters as plain ones.
fn styled(c: char) -> char {
    let code = u32::from(c);
    let letter = |first: u32, at: u32| char::from_u32(first + at).unwrap_or(c);
    match code {
        0xff01..=0xff5e => letter(0x21, code - 0xff01),
        0x1d400..=0x1d6a3 => {
            let at = (code - 0x1d400) % 52;
            if at < 26 { letter(0x41, at) } else { letter(0x61, at - 26) }
        }
        0x1d7ce..=0x1d7ff => letter(0x30, (code - 0x1d7ce) % 10),
        0x24b6..=0x24cf => letter(0x41, code - 0x24b6),
        0x24d0..=0x24e9 => letter(0x61, code - 0x24d0),
        0x249c..=0x24b5 => letter(0x61, code - 0x249c),
        0x1f130..=0x1f149 => letter(0x41, code - 0x1f130),
        0x1f150..=0x1f169 => letter(0x41, code - 0x1f150),
        0x1f170..=0x1f189 => letter(0x41, code - 0x1f170),
        _ => c,
    }
}

/// Letters of other alphabets that look like Latin ones, and signs that mean the same.
fn look_alike(c: char) -> char {
    match c {
        'а' | 'α' | 'ɑ' | 'Α' | 'А' => 'a',
        'в' | 'В' | 'Β' => 'b',
        'с' | 'С' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'Е' | 'ε' | 'Ε' => 'e',
        'ɡ' => 'g',
        'һ' | 'Н' | 'н' | 'Η' => 'h',
        'і' | 'І' | 'ι' | 'Ι' | 'ı' | 'ӏ' => 'i',
        'ј' | 'Ј' => 'j',
        'к' | 'К' | 'κ' | 'Κ' => 'k',
        'ⅼ' => 'l',
        'м' | 'М' | 'Μ' => 'm',
        'Ν' | 'ո' => 'n',
        'о' | 'О' | 'ο' | 'Ο' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' | 'Ѕ' => 's',
        'т' | 'Т' | 'τ' | 'Τ' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ѡ' | 'ԝ' => 'w',
        'х' | 'Х' | 'χ' | 'Χ' => 'x',
        'у' | 'У' | 'Υ' | 'γ' => 'y',
        'Ζ' => 'z',
        '’' | '‘' | 'ʼ' | '´' | '`' | '＇' => '\'',
        c => c,
    }
}

/// An accented letter without its accent; empty for any other character.
fn accent(c: char) -> &'static str {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'ç' | 'ć' | 'č' | 'ĉ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ẽ' => "e",
        'ğ' | 'ĝ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ž' | 'ż' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        _ => "",
    }
}
