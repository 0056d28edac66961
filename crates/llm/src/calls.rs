//! Tool calls as they came in, made into calls that can be run, or into a clear error. No IO.

use serde_json::Value;

use crate::{Error, Finish, ToolCall};

/// As many calls as one answer may hold. More is a model gone wrong.
const MOST: usize = 64;

/// A tool call as it came: its arguments are text that may not be JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RawCall {
    pub id: String,
    pub name: String,
    pub arguments: String,
    pub seal: Option<String>,
}

/// The calls of an answer. None when it was refused; an error when one cannot be read, unless it is to be handed on as it is.
pub(crate) fn read(raw: Vec<RawCall>, finish: Finish, as_is: bool) -> Result<Vec<ToolCall>, Error> {
    if finish == Finish::Refused {
        return Ok(Vec::new());
    }
    if raw.len() > MOST {
        return Err(Error::Malformed { reason: format!("the model asked for {} tools at once", raw.len()) });
    }
    raw.into_iter().enumerate().map(|(at, call)| one(at, call, finish, as_is)).collect()
}

fn one(at: usize, raw: RawCall, finish: Finish, as_is: bool) -> Result<ToolCall, Error> {
    if raw.name.is_empty() {
        return Err(Error::Malformed { reason: "the model asked for a tool without naming it".into() });
    }
    let text = raw.arguments.trim();
    // A tool without arguments: some write nothing at all.
    let parsed =
        if text.is_empty() { Ok(Value::Object(Default::default())) } else { domain::json::read(text.as_bytes()) };
    let name: String = raw.name.chars().filter(|c| !c.is_control()).take(64).collect();
    let arguments = match parsed {
        Ok(arguments @ Value::Object(_)) => arguments,
        Ok(_) | Err(_) if as_is => Value::Null,
        Err(_) if finish == Finish::Length => {
            let reason =
                format!("the model reached its token limit in the middle of calling `{name}`; raise the limit");
            return Err(Error::Stop { status: None, reason });
        }
        Ok(_) => return Err(Error::Malformed { reason: format!("the arguments of `{name}` are not a JSON object") }),
        Err(_) => return Err(Error::Malformed { reason: format!("the arguments of `{name}` are not JSON") }),
    };
    let id = if raw.id.is_empty() { new_id(at) } else { raw.id };
    let written = if text.is_empty() { "{}".to_owned() } else { raw.arguments };
    let mut call = ToolCall::new(id, raw.name, arguments).written_as(written);
    call.seal = raw.seal;
    Ok(call)
}

/// An id for providers that give none. Must differ from those of earlier answers.
fn new_id(at: usize) -> String {
    format!("call_{:016x}{at:02x}", rand::random::<u64>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn raw(arguments: &str) -> Vec<RawCall> {
        vec![RawCall { id: "c".into(), name: "search".into(), arguments: arguments.into(), seal: None }]
    }

    #[test]
    fn arguments_are_an_object_or_a_clear_error() {
        assert_eq!(
            read(raw(r#"{"q":1}"#), Finish::ToolCalls, false).unwrap(),
            [ToolCall::new("c", "search", json!({"q": 1}))]
        );
        assert_eq!(read(raw(" "), Finish::ToolCalls, false).unwrap()[0].arguments, json!({}));
        for (arguments, finish, word, part) in [
            (r#"{"q":"#, Finish::ToolCalls, "malformed", "`search` are not JSON"),
            ("[1]", Finish::Stop, "malformed", "not a JSON object"),
            (r#"{"q":"#, Finish::Length, "stop", "raise the limit"),
        ] {
            let error = read(raw(arguments), finish, false).unwrap_err();
            assert_eq!(error.word(), word, "{arguments}");
            assert!(error.to_string().contains(part), "{error}");
        }
        assert_eq!(read(raw("{"), Finish::Refused, false), Ok(vec![]));
        assert_eq!(read(vec![RawCall::default()], Finish::ToolCalls, false).unwrap_err().word(), "malformed");
        assert!(read(vec![raw("{}").remove(0); MOST + 1], Finish::ToolCalls, false).is_err());
    }

    #[test]
    fn a_missing_id_is_made_up_and_never_twice_the_same() {
        let nameless = || RawCall { name: "a".into(), ..RawCall::default() };
        let calls = read(vec![nameless(), nameless()], Finish::Stop, false).unwrap();
        assert_ne!(calls[0].id, calls[1].id);
        assert!(calls[0].id.len() <= 40 && calls[0].id.starts_with("call_"));
    }

    #[test]
    fn for_another_program_arguments_stay_the_text_they_were() {
        let written = r#"{ "z": 1234567890123456789012345678901, "a": 1.50 }"#;
        assert_eq!(read(raw(written), Finish::ToolCalls, true).unwrap()[0].written(), written);
        assert_eq!(read(raw(""), Finish::ToolCalls, true).unwrap()[0].written(), "{}");
        for (cut, finish) in [(r#"{"q":"#, Finish::Length), ("[1]", Finish::ToolCalls), ("so", Finish::Stop)] {
            assert_eq!(read(raw(cut), finish, true).unwrap()[0].written(), cut);
        }
    }
}
