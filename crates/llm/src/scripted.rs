//! A model that answers from a script, and says so on screen: a fresh clone, demos and tests need no account.
//!
//! The same question always gets the same answer. In the person's last message `[[fail]]` makes it fail, `[[slow]]` makes it
//! wait five seconds, `[[cut]]` breaks the answer off in the middle.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;

use crate::{Ask, Delta, Error, Finish, Role, Usage};

/// The pause between two words.
const PACE: Duration = Duration::from_millis(12);
/// What `[[slow]]` waits before the first word.
const SLOW: Duration = Duration::from_secs(5);

/// Words that bring up a line, and the line. The first line with a word in the message is taken; `{name}` is the lead's first name.
const SCRIPT: &[(&[&str], &str)] = &[
    (
        &["stop", "unsubscribe", "stopall", "optout", "opt out", "leave me alone", "remove me"],
        "Understood{, name}. I have noted that you do not want to hear from us, and we will not write again.",
    ),
    (
        &["human", "real person", "agent", "speak to someone", "manager"],
        "Of course{, name}. I am handing this conversation to a colleague, who will answer you here shortly.",
    ),
    (
        &["refund", "money back", "complaint", "cancel my order", "broken", "unhappy"],
        "I am sorry about that{, name}. Refunds are possible within 30 days. Please send me your order number, and I will pass it on today.",
    ),
    (
        &["price", "prices", "cost", "costs", "how much", "expensive", "discount", "quote"],
        "Good question{, name}. Our plans start at $49 a month, with no set-up fee. Shall I send you the full price list?",
    ),
    (
        &["appointment", "book", "booking", "schedule", "meeting", "demo", "call me", "slot"],
        "Gladly{, name}. I can offer Tuesday at 10:00 or Wednesday at 14:30. Which one suits you better?",
    ),
    (
        &["hours", "open", "opening", "closed", "when are you"],
        "We are open Monday to Friday from 9:00 to 18:00 and on Saturday until 13:00{, name}. Is there a day you have in mind?",
    ),
    (
        &["tuesday", "wednesday", "monday", "thursday", "friday", "tomorrow"],
        "Noted{, name}. I have put that day down for you and will confirm the time here. Is there anything I should prepare?",
    ),
    (
        &["who are you", "who is this", "how did you get", "bot", "robot"],
        "I am the assistant of the team{, name}, and I answer first. A person reads along and can take over at any time. How can I help?",
    ),
    (
        &["not interested", "no thanks", "no thank you", "not now", "busy", "no", "nope", "nah"],
        "No problem{, name}, thank you for telling me. I will not press. If things change, a short message is enough.",
    ),
    (
        &["yes", "yeah", "yep", "sure", "ok", "okay", "interested", "sounds good", "please do"],
        "Great{, name}! I will send you the details now. Would a short call this week be useful, or do you prefer to read first?",
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
const OTHERWISE: &str = "Thank you for your message{, name}. Let me check that, and I will come back to you shortly. Is there anything else you would like to know?";
/// Said when the person has not said anything yet.
const OPENING: &str = "Hello{, name}, thank you for your interest. I have a quick suggestion that may save you some time. May I tell you more?";

/// Answers one request, word by word.
pub(crate) fn stream(model: &str, ask: &Ask) -> BoxStream<'static, Result<Delta, Error>> {
    let question =
        ask.messages.iter().rev().find(|turn| turn.role == Role::User).map(|turn| turn.text().to_lowercase());
    let said = question.unwrap_or_default();
    let fails = match model {
        "scripted-1" if said.contains("[[fail]]") => {
            Some(Error::Retry { after: None, reason: "the scripted model was told to fail".into() })
        }
        "scripted-1" => None,
        "scripted-fail" => Some(Error::Retry { after: None, reason: "this scripted model always fails".into() }),
        _ => Some(Error::Stop { reason: "there is no scripted model of that name".into() }),
    };
    let (slow, cut) = (said.contains("[[slow]]"), said.contains("[[cut]]"));
    let answer = answer(&said, first_name(&ask.system));
    let prompt = words(&ask.system) + ask.messages.iter().map(|turn| words(turn.text())).sum::<u32>();
    let limit = ask.max_tokens;
    async_stream::try_stream! {
        if let Some(error) = fails {
            Err(error)?;
        }
        if slow {
            tokio::time::sleep(SLOW).await;
        }
        let total = words(&answer);
        let mut spoken = 0;
        for word in answer.split_inclusive(' ') {
            if spoken == limit {
                break;
            }
            if cut && spoken * 2 >= total {
                Err(Error::Cut)?;
            }
            tokio::time::sleep(PACE).await;
            spoken += 1;
            yield Delta::Text(word.to_owned());
        }
        let finish = if spoken < total { Finish::Length } else { Finish::Stop };
        yield Delta::Done { usage: Some(Usage { prompt_tokens: prompt, completion_tokens: spoken }), finish, calls: vec![] };
    }
    .boxed()
}

fn answer(said: &str, name: Option<&str>) -> String {
    let spoken: Vec<&str> = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // Whole words only: `no` is not in `now`.
    let padded = format!(" {} ", spoken.join(" "));
    let line = SCRIPT
        .iter()
        .find(|(keys, _)| keys.iter().any(|key| padded.contains(&format!(" {key} "))))
        .map_or(if spoken.is_empty() { OPENING } else { OTHERWISE }, |(_, line)| line);
    line.replace("{, name}", &name.map(|name| format!(", {name}")).unwrap_or_default())
}

/// The first name from the line `Lead name: Ada Lovelace` of what the model was told.
fn first_name(system: &str) -> Option<&str> {
    let line = system.lines().find_map(|line| line.trim().strip_prefix("Lead name:"))?;
    line.split_whitespace().next()
}

fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Turn;
    use crate::http::tests::ask;

    async fn said(model: &str, text: &str, max_tokens: u32) -> (String, Result<Delta, Error>) {
        let messages = vec![Turn::user(text)];
        let ask = Ask { system: "Be kind.\nLead name: Ada Lovelace\n".into(), messages, max_tokens, ..ask() };
        let mut all: Vec<_> = stream(model, &ask).collect().await;
        let last = all.pop().unwrap();
        let text =
            all.into_iter().map(|delta| if let Ok(Delta::Text(text)) = delta { text } else { panic!("{delta:?}") });
        (text.collect(), last)
    }

    #[test]
    fn keywords_pick_the_line() {
        for (said, part) in [
            ("What are your opening hours?", "Monday to Friday"),
            ("How much is it?", "$49"),
            ("Can I book an appointment", "Tuesday at 10:00"),
            ("STOP", "will not write again"),
            ("I want a refund!", "30 days"),
            ("No.", "No problem"),
            ("Not now, I know", "No problem"),
            ("Yes please", "Great, Ada!"),
            ("hi", "Hello, Ada"),
            ("Tell me a story", "Thank you for your message, Ada."),
            ("", "thank you for your interest"),
        ] {
            let answer = answer(&said.to_lowercase(), Some("Ada"));
            assert!(answer.contains(part), "{said}: {answer}");
        }
        assert_eq!(answer("hello", None), "Hello, good to hear from you. What can I do for you today?");
        for (_, line) in SCRIPT {
            assert!(line.contains("{, name}"), "{line}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_streams_counts_and_stops_at_the_limit() {
        let (text, last) = said("scripted-1", "hello", 300).await;
        assert_eq!(text, "Hello, Ada, good to hear from you. What can I do for you today?");
        let usage = Usage { prompt_tokens: 7, completion_tokens: 14 };
        assert_eq!(last, Ok(Delta::Done { usage: Some(usage), finish: Finish::Stop, calls: vec![] }));
        let (text, last) = said("scripted-1", "hello", 2).await;
        assert_eq!(text, "Hello, Ada, ");
        assert!(matches!(last, Ok(Delta::Done { finish: Finish::Length, .. })));
    }

    #[tokio::test(start_paused = true)]
    async fn it_fails_waits_and_breaks_off_when_told_to() {
        assert_eq!(said("scripted-1", "hello [[FAIL]]", 300).await.1.unwrap_err().word(), "retry");
        assert_eq!(said("scripted-fail", "hello", 300).await.1.unwrap_err().word(), "retry");
        assert_eq!(said("gpt-4", "hello", 300).await.1.unwrap_err().word(), "stop");
        let (text, last) = said("scripted-1", "hello [[cut]]", 300).await;
        assert_eq!((text.as_str(), last), ("Hello, Ada, good to hear from you. ", Err(Error::Cut)));
        let before = tokio::time::Instant::now();
        assert!(said("scripted-1", "hello [[slow]]", 300).await.1.is_ok());
        assert!(before.elapsed() >= SLOW);
    }
}
