//! A draft made to fit its form (spec AGT-13): too long is cut at the end of a sentence; what cannot be cut there is said to be too long.

use super::Draft;
use crate::format::{self, EMAIL_WORDS, LINKEDIN_INMAIL, LINKEDIN_NOTE};
use crate::guardrail::{Rule, Verdict};
use crate::message::Channel;
use crate::skill::VOICE_SECTION;

/// The longest subject, in characters: what most readers show of it.
const SUBJECT: u32 = 100;

/// Whom an e-mail greets and who signs it.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Their first name, if it is known.
    pub to: Option<&'a str>,
    /// The agent.
    pub from: &'a str,
    /// For whom it writes.
    pub workspace: &'a str,
}

/// A draft that fits, or that says why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// The draft in its form.
    pub draft: Draft,
    /// Its length beside what is allowed, for people.
    pub length: String,
    /// What the length's rule says.
    pub verdict: Verdict,
}

/// One text in its limit.
struct Cut {
    text: String,
    /// Whether something was left out.
    is_shorter: bool,
    /// Whether what is left ends in the middle of a sentence.
    is_torn: bool,
}

impl Cut {
    fn new(is_over: bool, before: &str, text: String) -> Self {
        let open = |text: &str| text.ends_with("...") || text.ends_with('…');
        // An SMS may be under its limit in characters and over it on the air.
        let is_shorter = is_over || (open(&text) && !open(before.trim_end()));
        let ends = text.ends_with(['.', '!', '?', '。']) && !open(&text);
        Self { is_torn: is_shorter && !ends, is_shorter, text }
    }

    fn part(text: &str, channel: Channel, most: u32) -> Self {
        let before = format::plain(text);
        let part = format::parts(text, Some(channel)).into_iter().next().unwrap_or_default();
        Self::new(is_longer(&before, most), &before, part)
    }

    fn to(text: &str, most: u32) -> Self {
        let before = format::plain(text);
        let short = format::shorten(&before, most);
        Self::new(is_longer(&before, most), &before, short)
    }
}

/// Whether a text has more characters than that.
fn is_longer(text: &str, most: u32) -> bool {
    text.trim().chars().nth(most as usize).is_some()
}

/// Puts a draft into its form.
pub fn fit(draft: Draft, frame: Frame<'_>) -> Fitted {
    let (mut shorter, mut torn) = (false, false);
    let mut take = |cut: Cut| {
        shorter |= cut.is_shorter;
        torn |= cut.is_torn;
        cut.text
    };
    let draft = match draft {
        Draft::Sms { text } => Draft::Sms { text: take(Cut::part(&text, Channel::Sms, format::SMS)) },
        Draft::Whatsapp { text } => Draft::Whatsapp { text: take(Cut::to(&text, format::WHATSAPP)) },
        Draft::LinkedinNote { text } => Draft::LinkedinNote { text: take(Cut::to(&text, LINKEDIN_NOTE)) },
        Draft::Inmail { text } => Draft::Inmail { text: take(Cut::to(&text, LINKEDIN_INMAIL)) },
        Draft::Email { subject, body } => {
            let subject = format::shorten(&format::plain(&subject).replace('\n', " "), SUBJECT);
            let bare = ungreeted(&format::plain(&body));
            let is_over = bare.split_whitespace().count() > EMAIL_WORDS as usize;
            let said = take(Cut::new(is_over, &bare, format::words(&bare, EMAIL_WORDS)));
            let body = match said.is_empty() {
                true => said,
                false => format::email(&said, frame.to, frame.from, frame.workspace, None),
            };
            Draft::Email { subject, body }
        }
        Draft::VoiceScript { opening, value_prop, cta } => {
            let mut section = |text: &str| {
                let spoken = take(Cut::part(text, Channel::Voice, Channel::Voice.max_chars()));
                take(Cut::to(&spoken, VOICE_SECTION))
            };
            Draft::VoiceScript { opening: section(&opening), value_prop: section(&value_prop), cta: section(&cta) }
        }
    };
    let length = length(&draft, shorter);
    let note = if torn { "too long, and no sentence ends where it could be cut".to_owned() } else { length.clone() };
    Fitted { verdict: Verdict { rule: Rule::Length, passed: !torn, note }, length, draft }
}

/// The text without a greeting of its own: the frame has one.
fn ungreeted(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let greets = ["dear ", "hello", "hi ", "hi,", "good "].iter().any(|word| first.to_lowercase().starts_with(word));
    if greets && first.trim_end().ends_with(',') { rest.trim_start().to_owned() } else { text.to_owned() }
}

fn length(draft: &Draft, shorter: bool) -> String {
    let text = draft.text();
    let chars = text.chars().count();
    let cut = if shorter { ", shortened" } else { "" };
    let said = match draft {
        Draft::Sms { .. } => return format::note(&text, std::slice::from_ref(&text), Some(Channel::Sms)) + cut,
        Draft::Whatsapp { .. } => {
            return format::note(&text, std::slice::from_ref(&text), Some(Channel::Whatsapp)) + cut;
        }
        Draft::Email { body, .. } => format!("{} words, at most {EMAIL_WORDS}", body.split_whitespace().count()),
        Draft::LinkedinNote { .. } => format!("{chars} of {LINKEDIN_NOTE} characters"),
        Draft::Inmail { .. } => format!("{chars} of {LINKEDIN_INMAIL} characters"),
        Draft::VoiceScript { .. } => format!("{chars} characters to speak"),
    };
    said + cut
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame<'_> = Frame { to: Some("Ada"), from: "Mia", workspace: "Harbour" };

    #[test]
    fn too_long_is_cut_at_a_sentence_or_refused() {
        let sentences = "This is one sentence of the text. ".repeat(60);
        let endless = "word ".repeat(500);
        type Of = fn(String) -> Draft;
        let forms: [(Of, usize); 5] = [
            (|text| Draft::Sms { text }, 160),
            (|text| Draft::Whatsapp { text }, 1600),
            (|text| Draft::LinkedinNote { text }, 300),
            (|text| Draft::Inmail { text }, 1000),
            (|text| Draft::VoiceScript { opening: text, value_prop: String::new(), cta: String::new() }, 600),
        ];
        for (of, most) in forms {
            let good = fit(of(sentences.clone()), FRAME);
            let text = good.draft.text();
            assert!(good.verdict.passed && text.ends_with("text.") && text.chars().count() <= most, "{good:?}");
            assert!(good.length.ends_with("shortened"), "{good:?}");
            let bad = fit(of(endless.clone()), FRAME);
            assert!(!bad.verdict.passed && bad.draft.text().chars().count() <= most, "{bad:?}");
            let short = fit(of("A **short** one".into()), FRAME);
            assert!(short.verdict.passed && short.draft.text() == "A short one", "{short:?}");
            assert!(!short.length.contains("shortened"), "{short:?}");
        }
    }

    #[test]
    fn an_e_mail_is_greeted_and_signed_once() {
        let body = format!("Dear Ada,\n\n{}", "Four words a sentence. ".repeat(200));
        let fitted = fit(Draft::Email { subject: "Hello\nthere".into(), body }, FRAME);
        let Draft::Email { subject, body } = &fitted.draft else { panic!("{fitted:?}") };
        assert_eq!(subject, "Hello there");
        assert!(body.starts_with("Dear Ada,\n\nFour") && body.ends_with("Kind regards\nMia\nHarbour"), "{body}");
        assert_eq!(body.matches("sentence.").count(), 125);
        assert!(fitted.verdict.passed, "{fitted:?}");
        let empty = fit(Draft::Email { subject: "Hi".into(), body: " ".into() }, FRAME);
        assert_eq!(empty.draft, Draft::Email { subject: "Hi".into(), body: String::new() });
    }
}
