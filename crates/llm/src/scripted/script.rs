//! The words of the scripted model, and how it picks them. Pure. A line says nothing that is not so: no promise, no deed, no hand-over.

/// Words that bring up a line, and the line. The first line with a word in the message is taken; `{name}` is the lead's first name.
pub(super) const SCRIPT: &[(&[&str], &str)] = &[
    (
        &["stop", "unsubscribe", "stopall", "optout", "opt out", "leave me alone", "remove me"],
        "Thank you for writing{, name}. If you want no more messages from us, reply with the one word STOP.",
    ),
    (
        &["human", "real person", "agent", "speak to someone", "manager"],
        "Of course{, name}. Would you like a colleague to answer you here?",
    ),
    (
        &["refund", "money back", "complaint", "cancel my order", "broken", "unhappy"],
        "I am sorry about that{, name}. Refunds are possible within 30 days. Which order is it about?",
    ),
    (
        &["price", "prices", "cost", "costs", "how much", "expensive", "discount", "quote"],
        "Good question{, name}. Our plans start at $49 a month, with no set-up fee. Shall I send you the full price list?",
    ),
    (
        &["appointment", "book", "booking", "schedule", "meeting", "demo", "call me", "slot"],
        "Gladly{, name}. Which day suits you better, Tuesday or Wednesday?",
    ),
    (
        &["hours", "open", "opening", "closed", "when are you"],
        "We are open Monday to Friday from 9:00 to 18:00 and on Saturday until 13:00{, name}. Is there a day you have in mind?",
    ),
    (
        &["tuesday", "wednesday", "monday", "thursday", "friday", "tomorrow"],
        "Thank you{, name}. Which time of that day would suit you?",
    ),
    (
        &["who are you", "who is this", "how did you get", "bot", "robot"],
        "I am the assistant of the team{, name}, and I answer first. A person can take over at any time. How can I help?",
    ),
    (
        &["not interested", "no thanks", "no thank you", "not now", "busy", "no", "nope", "nah"],
        "No problem{, name}, thank you for telling me. If things change, a short message is enough.",
    ),
    (
        &["yes", "yeah", "yep", "sure", "ok", "okay", "interested", "sounds good", "please do"],
        "Great{, name}! Would a short call this week be useful, or do you prefer to read first?",
    ),
    (
        &["thanks", "thank you", "cheers", "great", "perfect"],
        "You are welcome{, name}. I am here if anything else comes up.",
    ),
    (
        &["hello", "hi", "hey", "good morning", "good evening", "good afternoon"],
        "Hello{, name}, good to hear from you. What can I do for you today?",
    ),
];

/// Said when no line fits.
const OTHERWISE: &str =
    "Thank you for your message{, name}. I have nothing on that here. Is there anything else you would like to know?";
/// Said when the person has not said anything yet.
const OPENING: &str = "Hello{, name}, thank you for your interest. I have a quick suggestion that may save you some time. May I tell you more?";

/// Words that say nothing about what a question is about.
const EMPTY: [&str; 30] = [
    "the", "and", "you", "your", "are", "for", "what", "when", "how", "can", "does", "did", "have", "has", "with",
    "this", "that", "will", "would", "please", "there", "about", "from", "any", "our", "was", "were", "who", "which",
    "where",
];

/// The line for what was said, and whether a line of the script fitted.
pub(super) fn line(said: &str, name: Option<&str>) -> (String, bool) {
    let spoken: Vec<&str> = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // Whole words only: `no` is not in `now`.
    let padded = format!(" {} ", spoken.join(" "));
    let found = SCRIPT.iter().find(|(keys, _)| keys.iter().any(|key| padded.contains(&format!(" {key} "))));
    let line = found.map_or(if spoken.is_empty() { OPENING } else { OTHERWISE }, |(_, line)| line);
    (named(line, name), found.is_some() || spoken.is_empty())
}

/// A line with the name in its place.
pub(super) fn named(line: &str, name: Option<&str>) -> String {
    line.replace("{, name}", &name.map(|name| format!(", {name}")).unwrap_or_default())
}

/// The one or two sentences of `passages` that share most words with the question; nothing when none shares any. Where a passage stands
/// (`[1] handbook.md › Warranty`) says what it is about, and is never said.
pub(super) fn quote(said: &str, passages: &str) -> Option<String> {
    let asked = stems(said);
    let shared = |text: &str| stems(text).iter().filter(|word| asked.contains(word)).count();
    let mut sentences: Vec<(&str, usize)> = Vec::new();
    let mut about = 0;
    for line in passages.split(['\n', '\r']) {
        if let Some(place) = place(line) {
            about = shared(place);
            continue;
        }
        for sentence in line.split_inclusive(['.', '!', '?']) {
            let sentence = sentence.trim().trim_start_matches(['-', '*', '#', ' ']);
            if sentence.chars().count() > 3 {
                sentences.push((sentence, 2 * shared(sentence) + about));
            }
        }
    }
    let best = sentences.iter().enumerate().map(|(at, (_, score))| (*score, usize::MAX - at)).max()?;
    let (score, at) = (best.0, usize::MAX - best.1);
    if score == 0 {
        return None;
    }
    // A heading or a question says nothing without what follows it.
    let first = sentences[at].0;
    let alone = first.ends_with(['.', '!']) && first.chars().count() > 30;
    Some(match sentences.get(at + 1) {
        Some((next, _)) if !alone => format!("{first} {next}"),
        _ => first.to_owned(),
    })
}

/// Where a passage stands, from the line above it: `[1] handbook.md › Warranty`.
fn place(line: &str) -> Option<&str> {
    let (number, place) = line.strip_prefix('[')?.split_once("] ")?;
    number.bytes().all(|b| b.is_ascii_digit()).then_some(place)
}

fn stems(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() > 2 && !EMPTY.contains(&word.as_str()))
        .map(|word| word.chars().take(5).collect::<String>().trim_end_matches(['s', 'e']).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_passage_is_its_text_and_not_where_it_stands() {
        let passages = "[1] company-profile.md › Halden Coffee Works: company profile › Where we deliver and install\n\
            We install inside Texas, Colorado, Oregon and Illinois.\n\n[2] product-docs.md › Warranty\n\
            Every machine is covered for three years from the day it is installed.";
        for (asked, said) in [
            ("Do you install at the weekend?", "We install inside Texas, Colorado, Oregon and Illinois."),
            (
                "Hi, how long is your warranty?",
                "Every machine is covered for three years from the day it is installed.",
            ),
        ] {
            assert_eq!(quote(asked, passages).as_deref(), Some(said), "{asked}");
        }
        assert_eq!(quote("What about parrots?", passages), None);
    }

    #[test]
    fn no_line_says_that_something_is_done_which_is_not() {
        let lines = SCRIPT.iter().map(|(_, line)| *line).chain([OTHERWISE, OPENING]);
        let claims: Vec<_> = lines.filter_map(|line| domain::guardrail::claim(&named(line, Some("Ada")), "")).collect();
        assert!(claims.is_empty(), "{claims:?}");
    }
}
