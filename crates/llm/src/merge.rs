//! Conversations for the providers that want turns to alternate, the first and the last from the person, none empty. No IO.

use crate::{Content, Role, Turn};

/// The conversation must begin and end with the person, but ours may begin with a message that we sent first …
pub(crate) const OPENING: &str = "(The conversation begins here.)";
/// … or end with one, when the next message is ours again.
pub(crate) const YOUR_TURN: &str = "(Write your next message.)";

/// All that one side said before the other answered.
#[derive(Debug, PartialEq)]
pub(crate) struct Side<'a> {
    pub role: Role,
    pub parts: Vec<Part<'a>>,
}

/// A piece of it.
#[derive(Debug, PartialEq)]
pub(crate) enum Part<'a> {
    /// Texts that follow each other, one per line.
    Text(String),
    /// A call or a result, as it is.
    Tool(&'a Content),
}

/// Joins what belongs together and fills in what is missing.
pub(crate) fn alternate(turns: &[Turn]) -> Vec<Side<'_>> {
    let mut sides: Vec<Side<'_>> = Vec::with_capacity(turns.len() + 2);
    for turn in turns {
        let is_tool = !matches!(turn.content, Content::Text(_));
        if !is_tool && turn.text().trim().is_empty() {
            continue;
        }
        if sides.last().is_none_or(|side| side.role != turn.role) {
            sides.push(Side { role: turn.role, parts: Vec::new() });
        }
        let Some(side) = sides.last_mut() else { continue };
        if is_tool {
            side.parts.push(Part::Tool(&turn.content));
        } else if let Some(Part::Text(text)) = side.parts.last_mut() {
            text.push('\n');
            text.push_str(turn.text());
        } else {
            side.parts.push(Part::Text(turn.text().to_owned()));
        }
    }
    let ours = |text: &str| Side { role: Role::User, parts: vec![Part::Text(text.to_owned())] };
    if sides.first().is_none_or(|side| side.role == Role::Assistant) {
        sides.insert(0, ours(OPENING));
    }
    if sides.last().is_some_and(|side| side.role == Role::Assistant) {
        sides.push(ours(YOUR_TURN));
    }
    sides
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ToolCall;

    fn said(turns: &[Turn]) -> Vec<String> {
        let part = |part: &Part<'_>| match part {
            Part::Text(text) => text.clone(),
            Part::Tool(Content::ToolCalls { calls, .. }) => format!("<{}>", calls[0].name),
            Part::Tool(content) => format!("<{content:?}>"),
        };
        let side =
            |side: &Side<'_>| format!("{:?}:{}", side.role, side.parts.iter().map(part).collect::<Vec<_>>().join("|"));
        alternate(turns).iter().map(side).collect()
    }

    #[test]
    fn turns_are_put_in_the_order_that_is_accepted() {
        assert_eq!(said(&[]), [format!("User:{OPENING}")]);
        assert_eq!(
            said(&[Turn::assistant("Hi! "), Turn::user("a"), Turn::user(" "), Turn::user("b")]),
            [format!("User:{OPENING}"), "Assistant:Hi! ".into(), "User:a\nb".into()]
        );
        assert_eq!(
            said(&[Turn::user("a"), Turn::assistant("b")]),
            ["User:a".into(), "Assistant:b".into(), format!("User:{YOUR_TURN}")]
        );
    }

    #[test]
    fn a_call_and_its_result_stay_next_to_each_other() {
        let call = ToolCall::new("c1", "search", json!({}));
        let turns =
            [Turn::user("a"), Turn::tool_calls("", vec![call.clone()]), Turn::tool_result(&call, "r"), Turn::user("b")];
        let sides = alternate(&turns);
        assert_eq!(sides.len(), 3);
        assert!(matches!(sides[2].parts[..], [Part::Tool(Content::ToolResult { .. }), Part::Text(_)]));
    }
}
