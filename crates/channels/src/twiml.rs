//! TwiML: the small documents that tell Twilio what to do in a call, or that nothing is left to do.
//!
//! Not here: placing the call (`twilio`), nor what a pressed key means (`engine`).

/// The longest document that Twilio takes in one request, in characters.
pub const MAX_CHARS: usize = 4000;

/// The document is longer than `MAX_CHARS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the call's script is too long: the document has {0} characters, {MAX_CHARS} are allowed")]
pub struct TooLong(pub usize);

/// A key the person may press, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `0`-`9`, `*` or `#`.
    pub digit: char,
    /// What it does, as the end of "Press 1 to …": `confirm`, `speak to a person`.
    pub meaning: String,
}

/// A call: speaks the script, tells which keys there are, waits for one, says goodbye.
/// The key is posted to the webhook of `public_url`, as everything else is.
pub fn call(script: &str, keys: &[Key], public_url: &str) -> Result<String, TooLong> {
    let action = format!("{}/api/webhooks/receive", public_url.trim_end_matches('/'));
    let mut document = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" action="{}" method="POST" timeout="8"><Say>{}</Say>"#,
        escape(&action),
        escape(script)
    );
    for key in keys {
        let prompt = format!("Press {} to {}.", spoken(key.digit), key.meaning.trim().trim_end_matches('.'));
        document.push_str(&format!("<Say>{}</Say>", escape(&prompt)));
    }
    document.push_str("</Gather><Say>We did not get an answer. Goodbye.</Say></Response>");
    match document.chars().count() {
        count if count > MAX_CHARS => Err(TooLong(count)),
        _ => Ok(document),
    }
}

/// Nothing to do: the answer to every message and report.
pub fn empty_response() -> &'static str {
    r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#
}

/// What the person hears after a key was pressed.
pub fn key_answer(said: &str) -> String {
    format!(r#"<?xml version="1.0" encoding="UTF-8"?><Response><Say>{}</Say><Hangup/></Response>"#, escape(said))
}

/// What somebody hears who calls our number.
pub fn not_taken() -> &'static str {
    r#"<?xml version="1.0" encoding="UTF-8"?><Response><Say>This number does not take calls. Please send a text message. Goodbye.</Say><Hangup/></Response>"#
}

/// Makes any text safe between tags and in attributes. Characters that XML 1.0 cannot carry at all are dropped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// The other way round, for the five names that `escape` writes. For the emulator, which reads our documents.
pub(crate) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

fn spoken(digit: char) -> String {
    match digit {
        '*' => "star".into(),
        '#' => "hash".into(),
        digit => digit.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_speaks_gathers_and_says_goodbye() {
        let keys =
            [Key { digit: '1', meaning: "confirm".into() }, Key { digit: '#', meaning: "hear it again.".into() }];
        assert_eq!(
            call("Hello Ada.", &keys, "https://x.example/").unwrap(),
            r#"<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" action="https://x.example/api/webhooks/receive" method="POST" timeout="8"><Say>Hello Ada.</Say><Say>Press 1 to confirm.</Say><Say>Press hash to hear it again.</Say></Gather><Say>We did not get an answer. Goodbye.</Say></Response>"#
        );
    }

    #[test]
    fn hostile_text_stays_text() {
        let script = "</Say><Dial>+19005550000</Dial>\u{0}\u{1b}&amp; \"Tom\" 'n' \u{ffff}👋\n";
        let document =
            call(script, &[Key { digit: '1', meaning: "<Hangup/>".into() }], "https://x.example/?a=1&b=\"").unwrap();
        assert!(!document.contains("<Dial>") && !document.contains("<Hangup/>"));
        assert!(
            document.contains(
                "&lt;/Say&gt;&lt;Dial&gt;+19005550000&lt;/Dial&gt;&amp;amp; &quot;Tom&quot; &apos;n&apos; 👋\n"
            )
        );
        assert!(document.contains("a=1&amp;b=&quot;/api"));
        assert_eq!(document.matches("<Say>").count(), 3);
        assert_eq!(unescape(&escape("<&>\"' &lt;")), "<&>\"' &lt;");
    }

    #[test]
    fn a_document_that_is_too_long_is_refused() {
        let frame = call("", &[], "https://x.example").unwrap().chars().count();
        assert!(call(&"é".repeat(MAX_CHARS - frame), &[], "https://x.example").is_ok());
        assert_eq!(call(&"é".repeat(MAX_CHARS - frame + 1), &[], "https://x.example"), Err(TooLong(MAX_CHARS + 1)));
        // A short text can grow: each of these becomes five characters.
        assert!(call(&"&".repeat(900), &[], "https://x.example").is_err());
    }

    #[test]
    fn the_short_answers_are_whole_documents() {
        assert!(empty_response().ends_with("<Response/>"));
        assert!(key_answer("Thank you, <Ada>").contains("<Say>Thank you, &lt;Ada&gt;</Say><Hangup/></Response>"));
        assert!(not_taken().ends_with("</Response>"));
    }
}
