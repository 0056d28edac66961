//! The branch language: what a case asks of the last reply. Decided without a model, so that it is the same every time.

use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::message::Channel;

closed_list! {
    /// What a case looks for.
    pub enum Test as CaseTest {
        /// They agreed: yes, sure, ok, 1 …
        Positive = "positive",
        /// They declined: no, not interested, 2 …
        Negative = "negative",
        /// They asked something.
        Question = "question",
        /// The reply contains one of the words, separated by commas.
        Contains = "contains",
        /// They pressed this key in a call.
        Key = "key",
    }
}

/// One case of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Case {
    /// What to look for.
    pub test: Test,
    /// The words or the key, where the test needs one.
    #[serde(default)]
    pub value: String,
}

/// The last thing the person said, as branches see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FlowReply))]
pub struct Reply {
    /// The text; `Pressed 1` for a key.
    pub body: String,
    /// Over which channel.
    pub channel: Channel,
}

const YES: &[&str] = &[
    "yes",
    "yeah",
    "yep",
    "sure",
    "ok",
    "okay",
    "please",
    "interested",
    "great",
    "perfect",
    "absolutely",
    "definitely",
    "deal",
    "y",
];
const NO: &[&str] = &["no", "nope", "not", "don't", "dont", "never", "expensive", "stop", "pass", "busy", "n"];

impl Case {
    /// For people, short enough for an exit.
    pub fn label(&self) -> String {
        match self.test {
            Test::Positive => "says yes".into(),
            Test::Negative => "says no".into(),
            Test::Question => "asks".into(),
            Test::Contains => format!("has “{}”", crate::text::cut(&self.value, 20)),
            Test::Key => format!("presses {}", self.value),
        }
    }

    /// Whether the case holds. Without a reply none does.
    pub fn holds(&self, reply: Option<&Reply>) -> bool {
        let Some(reply) = reply else { return false };
        let body = reply.body.to_lowercase().replace('\u{2019}', "'");
        let words: Vec<&str> =
            body.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
        let has = |list: &[&str]| words.iter().any(|w| list.contains(w));
        let key = body.strip_prefix("pressed ").map(str::trim);
        match self.test {
            // A denial outweighs a courtesy: "no, thanks, that was great".
            Test::Positive => key == Some("1") || (key.is_none() && has(YES) && !has(NO)),
            Test::Negative => key == Some("2") || (key.is_none() && has(NO)),
            Test::Question => body.contains('?'),
            Test::Contains => {
                self.value.split(',').map(|w| w.trim().to_lowercase()).any(|w| !w.is_empty() && body.contains(&w))
            }
            Test::Key => key.is_some_and(|k| k == self.value.trim()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_read_replies() {
        let holds = |test, value: &str, body: &str| {
            Case { test, value: value.into() }.holds(Some(&Reply { body: body.into(), channel: Channel::Sms }))
        };
        for yes in ["Yes please!", "ok", "Sure, tell me more", "Pressed 1"] {
            assert!(holds(Test::Positive, "", yes), "{yes}");
            assert!(!holds(Test::Negative, "", yes), "{yes}");
        }
        for no in ["No thanks", "not interested", "Too expensive", "I don\u{2019}t want this", "Pressed 2"] {
            assert!(holds(Test::Negative, "", no), "{no}");
            assert!(!holds(Test::Positive, "", no), "{no}");
        }
        assert!(holds(Test::Question, "", "When?"));
        assert!(holds(Test::Contains, "price, cost", "what does it COST"));
        assert!(!holds(Test::Contains, " , ", "anything"));
        assert!(holds(Test::Key, "3", "Pressed 3"));
        assert!(!holds(Test::Key, "3", "Pressed 1"));
        assert!(!Case { test: Test::Positive, value: String::new() }.holds(None));
    }
}
