//! The five tools as an MCP client sees them: names, descriptions, JSON schemas; and reading what it gives them.
//!
//! The names are those of [`domain::skill::Tool`]. Everything is a string; ids carry their prefix.

use domain::id::{AgentId, ConversationId};
use domain::skill::Tool;
use rmcp::model::{self, JsonObject, ToolAnnotations};
use serde_json::{Value, json};

/// Where a tool works.
#[derive(Debug, PartialEq)]
pub enum Place {
    /// In a conversation.
    In(ConversationId),
    /// In an agent's knowledge.
    Of(AgentId),
}

/// Every tool.
pub fn all() -> Vec<model::Tool> {
    Tool::ALL.iter().map(|tool| shown(*tool)).collect()
}

/// One tool.
pub fn shown(tool: Tool) -> model::Tool {
    let hints = ToolAnnotations::new();
    let (title, description, hints) = match tool {
        Tool::CreateTicket => (
            "Create a ticket",
            "Opens a ticket for a conversation, or gives the one that is open. Calling it again opens no second one.",
            hints.read_only(false).destructive(false).idempotent(true).open_world(false),
        ),
        Tool::GetCustomerHistory => (
            "Get a customer's history",
            "What was said with this person before over other channels, and their tickets, oldest first.",
            hints.read_only(true).open_world(false),
        ),
        Tool::SearchKnowledgeBase => (
            "Search the knowledge base",
            "The passages of an agent's knowledge that answer a query best: five at most, with scores from 0 to 100. \
             Name the conversation (its agent's knowledge is searched) or the agent, not both.",
            hints.read_only(true).open_world(false),
        ),
        Tool::SendResponse => (
            "Send a response",
            "Answers the person as the conversation's agent. Refused while a human holds the conversation or is waited for, \
             and when the agent's rules forbid the text. What is queued passes the send gate (consent, opt-out) \
             right before it leaves. Give a `key` to be able to repeat a call without sending twice.",
            hints.read_only(false).destructive(true).idempotent(false).open_world(true),
        ),
        Tool::EscalateToHuman => (
            "Escalate to a human",
            "Hands a conversation to a human: it is marked, has a ticket, and the AI is silent in it until an operator returns it.",
            hints.read_only(false).destructive(false).idempotent(true).open_world(false),
        ),
    };
    model::Tool::new(tool.as_str(), description, schema(tool)).with_title(title).with_annotations(hints)
}

/// The JSON schema of a tool's arguments.
fn schema(tool: Tool) -> JsonObject {
    let text =
        |what: &str, most: u32| json!({ "type": "string", "description": what, "minLength": 1, "maxLength": most });
    let conversation =
        json!({ "type": "string", "description": "Which conversation: its id, `cnv_…`.", "pattern": "^cnv_" });
    let mut properties = JsonObject::new();
    properties.insert("conversation_id".into(), conversation);
    let mut add = |name: &str, schema: Value| properties.insert(name.into(), schema);
    let required: &[&str] = match tool {
        Tool::CreateTicket => {
            add("subject", text("What it is about. Left out: what was said last.", 4_000));
            &["conversation_id"]
        }
        Tool::GetCustomerHistory => &["conversation_id"],
        Tool::SearchKnowledgeBase => {
            add(
                "agent_id",
                json!({ "type": "string", "description": "Which agent, in place of a conversation: its id, `agt_…`.", "pattern": "^agt_" }),
            );
            add("query", text("What to look for, in a few words.", 4_000));
            &["query"]
        }
        Tool::SendResponse => {
            add("text", text("What to say. It is cut into messages as the channel needs it.", 1_600));
            add("key", text("Names this answer: a second call with the same key sends nothing.", 100));
            &["conversation_id", "text"]
        }
        Tool::EscalateToHuman => {
            add("reason", text("Why, for the colleague.", 4_000));
            &["conversation_id", "reason"]
        }
    };
    let Value::Object(schema) =
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    else {
        return JsonObject::new();
    };
    schema
}

/// Holds arguments against the schema; gives where to work. The error is a sentence for whoever called.
pub fn read(tool: Tool, arguments: &JsonObject) -> Result<Place, String> {
    let schema = schema(tool);
    let known = |name: &str| schema["properties"].get(name);
    for (name, value) in arguments {
        let Some(rule) = known(name) else {
            let name: String = name.chars().take(60).collect();
            return Err(format!("`{tool}` takes no `{name}`."));
        };
        let Some(text) = value.as_str() else { return Err(format!("`{name}` must be a string.")) };
        if text.trim().is_empty() {
            return Err(format!("`{name}` is empty."));
        }
        if let Some(most) = rule["maxLength"].as_u64().filter(|most| text.chars().count() as u64 > *most) {
            return Err(format!("`{name}` may have at most {most} characters."));
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !arguments.contains_key(name) {
            return Err(format!("`{name}` is missing."));
        }
    }
    let given = |name: &str| arguments.get(name).and_then(Value::as_str);
    match (given("conversation_id"), given("agent_id")) {
        (Some(id), None) => {
            id.parse().map(Place::In).map_err(|_| "`conversation_id` is no id of a conversation.".into())
        }
        (None, Some(id)) => id.parse().map(Place::Of).map_err(|_| "`agent_id` is no id of an agent.".into()),
        _ => Err("Give `conversation_id` or `agent_id`, one of the two.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(tool: Tool, arguments: Value) -> Result<Place, String> {
        read(tool, arguments.as_object().expect("an object"))
    }

    #[test]
    fn every_tool_has_a_closed_schema() {
        assert_eq!(all().len(), 5);
        for tool in all() {
            let schema = &tool.input_schema;
            assert_eq!((&schema["type"], &schema["additionalProperties"]), (&json!("object"), &json!(false)));
            for name in schema["required"].as_array().expect("a list") {
                assert!(schema["properties"].get(name.as_str().expect("a name")).is_some(), "{name}");
            }
            assert!(tool.description.is_some() && tool.annotations.is_some());
        }
    }

    #[test]
    fn arguments_are_held_against_the_schema() {
        let id = uuid::Uuid::now_v7();
        let (conversation, agent) = (ConversationId::from(id), AgentId::from(id));
        let (cnv, agt) = (conversation.to_string(), agent.to_string());
        assert_eq!(given(Tool::GetCustomerHistory, json!({ "conversation_id": cnv })), Ok(Place::In(conversation)));
        assert_eq!(given(Tool::SearchKnowledgeBase, json!({ "agent_id": agt, "query": "x" })), Ok(Place::Of(agent)));
        for (tool, arguments, part) in [
            (Tool::SearchKnowledgeBase, json!({ "query": "x" }), "one of the two"),
            (
                Tool::SearchKnowledgeBase,
                json!({ "query": "x", "agent_id": agt, "conversation_id": cnv }),
                "one of the two",
            ),
            (Tool::SearchKnowledgeBase, json!({ "agent_id": agt }), "`query` is missing"),
            (Tool::GetCustomerHistory, json!({ "conversation_id": agt }), "no id of a conversation"),
            (Tool::GetCustomerHistory, json!({ "agent_id": agt }), "takes no `agent_id`"),
            (Tool::SendResponse, json!({ "conversation_id": cnv, "text": 7 }), "must be a string"),
            (Tool::SendResponse, json!({ "conversation_id": cnv, "text": " " }), "is empty"),
            (Tool::SendResponse, json!({ "conversation_id": cnv, "text": "x", "key": "k".repeat(101) }), "at most 100"),
            (Tool::EscalateToHuman, json!({}), "is missing"),
        ] {
            let why = given(tool, arguments).expect_err(part);
            assert!(why.contains(part), "{why}");
        }
    }
}
