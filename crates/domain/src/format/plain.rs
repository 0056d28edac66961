//! Text without Markdown, and with signs that a keyboard has.

/// The text without the signs of Markdown; what they enclose stays.
pub fn plain(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_end();
        let bare = line.trim_start();
        let bare = bare.trim_start_matches('#').trim_start();
        let bare = bare
            .strip_prefix("- ")
            .or_else(|| bare.strip_prefix("* "))
            .or_else(|| bare.strip_prefix("> "))
            .unwrap_or(bare);
        linked(&bare.replace("**", "").replace("__", "").replace('`', ""))
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut out = String::with_capacity(text.len());
    // At most one empty line in a row.
    for c in text.trim().chars() {
        if c != '\n' || !out.ends_with("\n\n") {
            out.push(c);
        }
    }
    out
}

/// `[words](address)` as its words.
fn linked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(words, behind)| Some((words, behind.split_once(')')?.1)));
        let Some((words, behind)) = link else { break };
        out.push_str(before);
        out.push_str(words);
        rest = behind;
    }
    out + rest
}

/// Typographic signs as the ones of a keyboard, pictures left out: they would cost an SMS more than half its room.
pub(super) fn typed(text: &str) -> String {
    keyboard(text).trim().to_owned()
}

/// The same for a piece of a text: what it begins and ends with stays.
pub(super) fn keyboard(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '’' | '‘' | '‚' | '´' | '`' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' => out.push('"'),
            '–' | '—' | '‐' | '‑' | '−' | '•' => out.push('-'),
            '…' => out.push_str("..."),
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' => out.push(' '),
            '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
            '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => {}
            c => out.push(c),
        }
    }
    out
}
