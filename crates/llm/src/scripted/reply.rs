//! What the scripted model does: use a tool, fill in a shape, or say a line. Pure; the same ask always gets the same reply.

use domain::campaign::advice::{Facts, by_rules};
use serde_json::Value;

use super::{script, write};
use crate::calls::RawCall;
use crate::schema::plainest;
use crate::{Ask, Content, Role, ToolChoice, ToolSpec, Turn};

/// The tool it looks things up with, where it is offered.
const SEARCH: &str = "search_knowledge_base";
/// The tool it hands over with.
const ESCALATE: &str = "escalate_to_human";

/// The name of the schema of advice on a campaign.
const ADVICE: &str = "advice";

/// What it does.
pub(super) enum Reply {
    Text(String),
    Calls(Vec<RawCall>),
}

/// What the person said last, as they wrote it.
pub(super) fn said(ask: &Ask) -> String {
    ask.messages.iter().rev().find(|turn| is_persons(turn)).map(|turn| turn.text().to_owned()).unwrap_or_default()
}

fn is_persons(turn: &Turn) -> bool {
    turn.role == Role::User && matches!(turn.content, Content::Text(_))
}

/// The reply to an ask.
pub(super) fn to(ask: &Ask, said: &str) -> Reply {
    let lower = said.to_lowercase();
    if let Some(call) = tool(ask, said, &lower) {
        return Reply::Calls(vec![call]);
    }
    let wanted = ask.schema.as_ref();
    if let Some(draft) = wanted.and_then(|wanted| write::draft(&wanted.name, &wanted.schema, &without_marks(said))) {
        return Reply::Text(draft.to_string());
    }
    if let Some(advice) = wanted.filter(|wanted| wanted.name == ADVICE).and_then(|_| advice(said)) {
        return Reply::Text(advice);
    }
    let name = first_name(&ask.system);
    let (line, fits) = script::line(&without_marks(&lower), name);
    let line = match (given(ask), fits) {
        // What it was given comes before what it knows by heart, except for greetings and the like.
        (given, _) if !given.is_empty() => match script::quote(&without_marks(said), &given) {
            Some(quote) => script::named("Thank you for asking{, name}. ", name) + &quote,
            None => line,
        },
        _ => line,
    };
    match &ask.schema {
        Some(wanted) => {
            let text = if said.is_empty() { &line } else { said };
            let mut value = plainest(&wanted.schema, text);
            speak(&mut value, &line);
            Reply::Text(value.to_string())
        }
        None => Reply::Text(line),
    }
}

/// Advice on a campaign, read from its figures by rules. Nothing when these are no figures.
fn advice(said: &str) -> Option<String> {
    let facts: Facts = serde_json::from_str(said).ok()?;
    serde_json::to_string(&by_rules(&facts)).ok()
}

/// In a shape, what is to be sent is the line, not what the person said.
fn speak(value: &mut Value, line: &str) {
    let Some(fields) = value.as_object_mut() else { return };
    for (name, field) in fields {
        match field {
            Value::String(text) if matches!(name.as_str(), "text" | "reply" | "answer" | "message" | "body") => {
                line.clone_into(text);
            }
            Value::Object(_) => speak(field, line),
            _ => {}
        }
    }
}

/// The tool it uses now, if any.
fn tool(ask: &Ask, said: &str, lower: &str) -> Option<RawCall> {
    let offered = |name: &str| ask.tools.iter().find(|tool| tool.name == name);
    if ask.tools.is_empty() || ask.tool_choice == ToolChoice::None {
        return None;
    }
    // How often tools were used since the person spoke.
    let since = ask.messages.iter().rev().take_while(|turn| !is_persons(turn));
    let results = since.filter(|turn| matches!(turn.content, Content::ToolResult { .. })).count();
    let at = ask.messages.len();
    if lower.contains("[[loop]]") {
        return ask.tools.first().map(|tool| call(at, tool, said));
    }
    if results > 0 {
        return None;
    }
    if lower.contains("[[badjson]]") {
        return ask
            .tools
            .first()
            .map(|tool| RawCall { arguments: "{\"query\": \"half".into(), ..call(at, tool, said) });
    }
    if let Some(marked) = marked(said) {
        let (name, arguments) = marked.split_once(' ').unwrap_or((marked, "{}"));
        return Some(RawCall { id: id(at), name: name.into(), arguments: arguments.into(), seal: None });
    }
    if lower.contains("[[escalate]]")
        && let Some(tool) = offered(ESCALATE)
    {
        return Some(call(at, tool, &without_marks(said)));
    }
    match &ask.tool_choice {
        ToolChoice::Named(name) => return offered(name).map(|tool| call(at, tool, said)),
        ToolChoice::Required => return ask.tools.first().map(|tool| call(at, tool, said)),
        ToolChoice::Auto | ToolChoice::None => {}
    }
    // A question that the script does not know is looked up, unless someone has looked already.
    let knows = script::line(lower, None).1;
    offered(SEARCH).filter(|_| !knows && given(ask).is_empty()).map(|tool| call(at, tool, said))
}

/// `[[tool:name {…}]]`
fn marked(said: &str) -> Option<&str> {
    let rest = &said[said.find("[[tool:")? + "[[tool:".len()..];
    Some(rest[..rest.find("]]")?].trim())
}

fn call(at: usize, tool: &ToolSpec, said: &str) -> RawCall {
    let arguments = plainest(&tool.schema, said).to_string();
    RawCall { id: id(at), name: tool.name.clone(), arguments, seal: None }
}

/// Different for each place in a conversation, and always the same there.
fn id(at: usize) -> String {
    format!("call_scripted_{at}")
}

/// What it was given to answer from: results of searches since the person spoke, and `<passages>` in what it was told.
fn given(ask: &Ask) -> String {
    let mut given = String::new();
    let since = ask.messages.iter().rev().take_while(|turn| !is_persons(turn));
    for turn in since {
        match &turn.content {
            Content::ToolResult { name, text, .. } if name == SEARCH => {
                match serde_json::from_str::<Value>(text) {
                    Ok(json) => texts(&json, &mut given),
                    Err(_) => given.push_str(text),
                }
                given.push('\n');
            }
            _ => {}
        }
    }
    let mut rest = ask.system.as_str();
    while let Some((_, after)) = rest.split_once("<passages>") {
        let (inside, after) = after.split_once("</passages>").unwrap_or((after, ""));
        given.push_str(inside.trim());
        rest = after;
    }
    given
}

/// Every `text` in a JSON value, a line each.
fn texts(json: &Value, into: &mut String) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "text" => {
                        into.push_str(text);
                        into.push('\n');
                    }
                    _ => texts(value, into),
                }
            }
        }
        _ => {}
    }
}

fn without_marks(said: &str) -> String {
    let mut out = String::new();
    let mut rest = said;
    while let Some((before, after)) = rest.split_once("[[") {
        out.push_str(before);
        rest = after.split_once("]]").map_or("", |(_, after)| after);
    }
    out + rest
}

/// The first name from the line `Lead name: Ada Lovelace` of what the model was told.
fn first_name(system: &str) -> Option<&str> {
    let line = system.lines().find_map(|line| line.trim().strip_prefix("Lead name:"))?;
    line.split_whitespace().next()
}
