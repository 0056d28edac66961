//! An answer as its channel wants it (spec AGT-13, AGT-14): limits, plain text, parts that end with a sentence, and what a workspace
//! decided for a channel. Pure; the segments of an SMS are counted in `segments`.

use crate::message::Channel;
use crate::text::cut;

mod config;
mod form;
mod plain;

pub use config::{ANSWER, ChannelConfig, ChannelConfigDraft, LEAST_LENGTH, PLACEHOLDERS, largest};
pub use form::{Around, Form};
pub use plain::plain;

/// An SMS is one message of this many characters, strictly.
pub const SMS: u32 = 160;
/// What WhatsApp should stay under.
pub const WHATSAPP_PREFERRED: u32 = 300;
/// What WhatsApp must stay under.
pub const WHATSAPP: u32 = 1600;
/// The most words of an e-mail, greeting and signature not counted.
pub const EMAIL_WORDS: u32 = 500;
/// The most words of an answer in a web chat.
pub const WEB_WORDS: u32 = 300;
/// The longest note with an invitation on LinkedIn.
pub const LINKEDIN_NOTE: u32 = 300;
/// The longest InMail.
pub const LINKEDIN_INMAIL: u32 = 1000;
/// What is left for the answer at least, whatever stands around it.
pub const LEAST_ANSWER: u32 = 40;

/// The messages that a text becomes under the channel's own rules. Without a channel it stays as it is.
pub fn parts(text: &str, channel: Option<Channel>) -> Vec<String> {
    Form::bare(channel).parts(text)
}

/// What the channel's own rules did to a text, for people: length, segments, parts.
pub fn note(text: &str, parts: &[String], channel: Option<Channel>) -> String {
    Form::bare(channel).note(text, parts)
}

/// An e-mail: greeting, at most 500 words, signature, ticket.
pub fn email(text: &str, to: Option<&str>, from: &str, workspace: &str, ticket: Option<&str>) -> String {
    let greeting =
        to.map(str::trim).filter(|name| !name.is_empty()).map_or("Hello,".to_owned(), |name| format!("Dear {name},"));
    let body = words(text.trim(), EMAIL_WORDS);
    let reference = ticket.map(|ticket| format!("\nReference: {ticket}")).unwrap_or_default();
    format!("{greeting}\n\n{body}\n\nKind regards\n{from}\n{workspace}{reference}")
}

/// An answer in a web chat: at most 300 words, ticket at the end.
pub fn web(text: &str, ticket: Option<&str>) -> String {
    let body = words(text.trim(), WEB_WORDS);
    ticket.map_or(body.clone(), |ticket| format!("{body}\n\nReference: {ticket}"))
}

/// The first `most` words, back to the end of a sentence where there is one in the last half.
pub fn words(text: &str, most: u32) -> String {
    let mut count = 0;
    let mut inside = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            inside = false;
        } else if !inside {
            inside = true;
            count += 1;
            if count > most {
                let head = text[..at].trim_end();
                return match sentence_end(head, text) {
                    Some(end) if end * 2 >= head.len() => head[..end].to_owned(),
                    _ => format!("{head}…"),
                };
            }
        }
    }
    text.to_owned()
}

/// Where the last whole sentence of `head`, the beginning of `text`, ends.
fn sentence_end(head: &str, text: &str) -> Option<usize> {
    let ends = head.char_indices().filter(|(at, c)| {
        let behind = at + c.len_utf8();
        matches!(c, '.' | '!' | '?' | '…' | '。' | '\n')
            && text[behind..].chars().next().is_none_or(char::is_whitespace)
    });
    ends.map(|(at, c)| at + c.len_utf8()).next_back()
}

/// The text cut to `most` characters at the end of a sentence, else of a word.
pub fn shorten(text: &str, most: u32) -> String {
    let text = text.trim();
    let head = cut(text, most as usize);
    if head.len() == text.len() {
        return text.to_owned();
    }
    if let Some(sentence) = sentence_end(head, text) {
        return text[..sentence].trim_end().to_owned();
    }
    let room = cut(text, (most as usize).saturating_sub(1));
    let words = room.rsplit_once(char::is_whitespace).map_or(room, |(words, _)| words);
    format!("{}…", words.trim_end())
}

/// The text in parts of at most `most` characters, each ending with a sentence, else with a word. Nothing is lost.
pub fn split(text: &str, most: u32) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let head = cut(rest, (most as usize).max(1));
        let end = head.len();
        if end == rest.len() {
            break;
        }
        let at = sentence_end(head, rest)
            .filter(|at| *at > 0)
            .or_else(|| {
                if rest[end..].starts_with(char::is_whitespace) { Some(end) } else { head.rfind(char::is_whitespace) }
            })
            .filter(|at| *at > 0)
            .unwrap_or(end);
        parts.push(rest[..at].trim_end().to_owned());
        rest = rest[at..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments;

    fn sms(text: &str) -> String {
        parts(text, Some(Channel::Sms)).concat()
    }

    #[test]
    fn an_sms_is_one_message_strictly() {
        let long = "This is a sentence of some length. ".repeat(10);
        for text in [
            long.as_str(),
            &"€".repeat(200),
            &"word ".repeat(60),
            &"x".repeat(400),
            &"{}".repeat(90),
            "It’s “fine” — see you… 🎉",
        ] {
            let part = sms(text);
            let cut = segments::cut(&part);
            assert!(!cut.unicode && cut.segments() == 1, "{part}: {cut:?}");
        }
        assert_eq!(sms("It’s “fine” — see you… 🎉"), "It's \"fine\" - see you...");
        assert_eq!(sms(&long), "This is a sentence of some length. ".repeat(4).trim_end());
        let russian = sms(&"Добрый день, мы ждём вас. ".repeat(20));
        assert!(russian.chars().count() <= 160 && russian.ends_with('.'), "{russian}");
    }

    #[test]
    fn whatsapp_is_parted_between_sentences_and_loses_nothing() {
        let text = "One sentence here. ".repeat(200);
        let parts = parts(&text, Some(Channel::Whatsapp));
        assert!(parts.len() == 3 && parts.iter().all(|p| p.chars().count() <= 1600 && p.ends_with('.')), "{parts:?}");
        assert_eq!(parts.join(" "), text.trim());
        assert_eq!(split(&"y".repeat(25), 10), ["y".repeat(10), "y".repeat(10), "y".repeat(5)]);
        assert!(super::parts(" \n", Some(Channel::Whatsapp)).is_empty());
    }

    #[test]
    fn markdown_and_links_are_left_out_where_they_would_be_read_aloud() {
        assert_eq!(
            parts("**Hi** see [our page](https://a.b) or https://c.d\n- one\n- two", Some(Channel::Voice)),
            ["Hi see our page or one two"]
        );
        assert_eq!(parts("# Hi\n**there** `you`", Some(Channel::Whatsapp)), ["Hi\nthere you"]);
    }

    #[test]
    fn e_mail_and_web_have_their_frame_and_limit() {
        let body = "Four words a sentence. ".repeat(200);
        let mail = email(&body, Some("Ada"), "Mia", "Harbour", Some("TKT-0007"));
        assert!(
            mail.starts_with("Dear Ada,\n\nFour") && mail.ends_with("Kind regards\nMia\nHarbour\nReference: TKT-0007"),
            "{mail}"
        );
        assert_eq!(mail.matches("sentence.").count(), 125);
        assert_eq!(web(&body, None).matches("sentence.").count(), 75);
        assert!(email("Hi", None, "Mia", "H", None).starts_with("Hello,"));
    }
}
