//! What to call a person: names as lists write them, and the first name that a greeting may use. Guesses carefully: a wrong greeting is
//! worse than none.

/// What stands behind a comma without being a first name.
const SUFFIXES: &[&str] =
    &["jr", "sr", "ii", "iii", "iv", "phd", "md", "dds", "esq", "mba", "inc", "llc", "ltd", "gmbh", "ag", "co", "corp"];

/// `Reyes, Ada` as `Ada Reyes`; everything else as it is, trimmed.
pub fn turned(name: &str) -> String {
    let name = name.trim();
    let mut parts = name.split(',').map(str::trim);
    let (Some(last), Some(first), None) = (parts.next(), parts.next(), parts.next()) else { return name.to_owned() };
    let word = first.trim_end_matches('.').to_lowercase().replace('.', "");
    if last.is_empty() || first.is_empty() || SUFFIXES.contains(&word.as_str()) {
        return name.to_owned();
    }
    format!("{first} {last}")
}

/// The first name in a name; empty when its first word has characters that no name has, so that a placeholder's fallback is used.
pub fn first_name(name: &str) -> String {
    let name = turned(name);
    let word = name.split_whitespace().next().unwrap_or_default().trim_end_matches(',');
    let fits = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.' | '·' | '\u{300}'..='\u{36f}');
    if word.chars().all(fits) && word.chars().any(char::is_alphabetic) { word.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_a_list_is_turned_round() {
        for (written, meant) in [
            ("Reyes, Ada", "Ada Reyes"),
            (" van der Berg ,  Jan Piet ", "Jan Piet van der Berg"),
            ("Ada Reyes", "Ada Reyes"),
            ("Sammy Davis, Jr.", "Sammy Davis, Jr."),
            ("Larsen Homes, Inc", "Larsen Homes, Inc"),
            ("Ada,", "Ada,"),
            ("a, b, c", "a, b, c"),
        ] {
            assert_eq!(turned(written), meant, "{written}");
        }
    }

    #[test]
    fn nobody_is_greeted_with_what_is_no_name() {
        for (name, first) in [
            ("Ada Reyes", "Ada"),
            ("Reyes, Ada", "Ada"),
            ("Zoë-Mae O’Neil", "Zoë-Mae"),
            ("D'Arcy Lee", "D'Arcy"),
            ("李 小龙", "李"),
            ("Ada,", "Ada"),
            ("<script>alert(1)</script>", ""),
            ("=cmd|'/C calc'!A0", ""),
            ("4155550101", ""),
            ("{{lead.phone}}", ""),
            ("- Ada", ""),
            ("", ""),
        ] {
            assert_eq!(first_name(name), first, "{name}");
        }
    }
}
