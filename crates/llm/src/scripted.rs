//! A model that answers from a script, and says so on screen: a fresh clone, demos and tests need no account.
//!
//! The same question always gets the same answer. It uses the tools it is given: it looks things up before it answers, answers
//! from what it was given, and hands over when told so. In the person's last message `[[fail]]` makes it fail, `[[slow]]` makes
//! it wait five seconds, `[[cut]]` breaks the answer off in the middle, `[[escalate]]` makes it hand over, `[[loop]]` makes it
//! use a tool every time, `[[badjson]]` makes it call one with broken arguments, and `[[tool:name {"a": 1}]]` calls that tool.

mod reply;
mod script;
#[cfg(test)]
mod tests;
mod write;

use std::time::Duration;

use futures::StreamExt;

use crate::wire::Deltas;
use crate::{Ask, Delta, Error, Finish, Turn, Usage};
use reply::Reply;

/// The pause between two words.
const PACE: Duration = Duration::from_millis(12);
/// What `[[slow]]` waits before the first word.
const SLOW: Duration = Duration::from_secs(5);

/// Answers one request, word by word, or at once when nobody reads along.
pub(crate) fn stream(model: &str, ask: &Ask, stream: bool) -> Deltas {
    let said = reply::said(ask);
    let marks = said.to_lowercase();
    let fails = match model {
        "scripted-1" if marks.contains("[[fail]]") => {
            Some(Error::Retry { status: None, after: None, reason: "the scripted model was told to fail".into() })
        }
        "scripted-1" => None,
        "scripted-fail" => {
            Some(Error::Retry { status: None, after: None, reason: "this scripted model always fails".into() })
        }
        _ => Some(Error::Stop { status: None, reason: "there is no scripted model of that name".into() }),
    };
    let (slow, cut) = (marks.contains("[[slow]]"), marks.contains("[[cut]]"));
    let reply = reply::to(ask, &said);
    let prompt = words(&ask.system) + ask.messages.iter().map(Turn::text).map(words).sum::<u32>();
    let limit = ask.max_tokens;
    async_stream::try_stream! {
        if let Some(error) = fails {
            Err(error)?;
        }
        if slow {
            tokio::time::sleep(SLOW).await;
        }
        let usage = |completion_tokens| Some(Usage { prompt_tokens: prompt, completion_tokens });
        match reply {
            Reply::Calls(calls) => {
                yield Delta::Working;
                let spoken = calls.iter().map(|call| 1 + words(&call.arguments)).sum();
                yield Delta::Done { usage: usage(spoken), finish: Finish::ToolCalls, calls };
            }
            Reply::Text(answer) => {
                let (total, mut spoken) = (words(&answer), 0);
                for word in answer.split_inclusive(' ') {
                    if spoken == limit {
                        break;
                    }
                    if cut && spoken * 2 >= total {
                        Err(Error::Cut)?;
                    }
                    if stream {
                        tokio::time::sleep(PACE).await;
                    }
                    spoken += 1;
                    yield Delta::Text(word.to_owned());
                }
                let finish = if spoken < total { Finish::Length } else { Finish::Stop };
                yield Delta::Done { usage: usage(spoken), finish, calls: Vec::new() };
            }
        }
    }
    .boxed()
}

fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}
