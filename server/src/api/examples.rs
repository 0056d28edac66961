//! An example of every JSON body that the API takes, shown in its description. Each is tied to the type that the handler reads, so that
//! the tests find one that does not fit. Not here: what fields mean (the types say that).

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

use super::{actions, agents, auth, budgets, campaigns, conversations, knowledge, leads, suites, tickets, turns};
use crate::v1::described::ChatRequest;
use crate::{hooks, mcp};

/// One body.
pub struct Example {
    /// The operation that takes it.
    pub operation: &'static str,
    /// The body.
    pub body: Value,
    /// Reads it as the handler does.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read with it"))]
    pub read: fn(Value) -> Result<(), serde_json::Error>,
}

fn of<T: DeserializeOwned>(operation: &'static str, body: Value) -> Example {
    Example { operation, body, read: |body| serde_json::from_value::<T>(body).map(drop) }
}

/// Shows the examples in a description.
pub fn show(described: &mut OpenApi) {
    for example in all() {
        let operations = described.paths.paths.values_mut().flat_map(operations);
        let named = operations.filter(|operation| operation.operation_id.as_deref() == Some(example.operation));
        for body in named.filter_map(|operation| operation.request_body.as_mut()) {
            if let Some(content) = body.content.get_mut("application/json") {
                content.example = Some(example.body.clone());
            }
        }
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.post, &mut path.put, &mut path.patch].into_iter().filter_map(Option::as_mut)
}

/// Every example.
pub fn all() -> Vec<Example> {
    [people_and_agents(), campaigns_and_talk(), rules_and_money(), doors()].into_iter().flatten().collect()
}

fn people_and_agents() -> Vec<Example> {
    let agent = json!({
        "name": "Mia",
        "kind": "reply",
        "tone": "friendly",
        "prompt": "You answer for Harbor Bikes. Be brief. Offer a test ride when somebody asks about a model.",
        "models": [{ "provider": "anthropic", "model": "claude-haiku-4-5" }, { "provider": "openai", "model": "gpt-4.1-mini" }],
        "max_tokens": 300,
        "status": "live",
        "knowledge": ["opening hours", "models"],
        "guardrails": { "never_say": ["guaranteed"], "escalate_on": ["insurance"], "may_name_prices": false },
        "daily_budget_micros": 5_000_000
    });
    let mut saved = agent.clone();
    saved["version"] = json!(3);
    let lead = json!({
        "name": "Ada Reyes",
        "phone": "+14155550123",
        "email": "ada@example.com",
        "company": "Reyes Coffee",
        "location": "Oakland, CA",
        "source": "spring fair",
        "consent": true,
        "consent_source": "form at the fair"
    });
    let second = json!({ "name": "Sam Okafor", "phone": "+4915123456789", "consent": true });
    let test = json!({
        "name": "Opening hours on a Sunday",
        "channel": "sms",
        "input": "Are you open on Sunday?",
        "assertions": [{ "kind": "not_escalated" }, { "kind": "contains", "text": "closed" }, { "kind": "at_most_segments", "segments": 1 }],
        "judge": "It names the next day on which the shop is open."
    });
    let action = json!({
        "name": "order_status",
        "description": "Where an order is. Call it when somebody asks for their order.",
        "method": "POST",
        "url": "https://shop.example.com/api/orders/{{args.number}}",
        "arguments": [{ "name": "number", "kind": "string", "description": "The number of the order.", "required": true }],
        "response": [{ "name": "state", "path": "order.state" }],
        "token": "a-token-of-the-shop"
    });
    vec![
        of::<auth::Login>("login", json!({ "email": "operator@example.com", "password": "a long password" })),
        of::<domain::agent::AgentDraft>("create_agent", agent),
        of::<agents::Save>("save_agent", saved),
        of::<agents::Publish>("publish", json!({ "note": "Answers in one sentence." })),
        of::<agents::SetStatus>("set_status", json!({ "status": "live" })),
        of::<agents::Speak>(
            "speech",
            json!({ "script": { "opening": "Hello, this is Harbor Bikes.", "value_prop": "Your service is due.", "cta": "Press 1 to book." } }),
        ),
        of::<turns::Test>(
            "test",
            json!({
                "input": "Are you open on Sunday?",
                "channel": "sms",
                "lead_name": "Ada Reyes",
                "history": [{ "speaker": "agent", "text": "Hi Ada, your service is due. Shall we book it?" }]
            }),
        ),
        of::<actions::SaveAction>("create_action", action.clone()),
        of::<actions::SaveAction>("save_action", action),
        of::<domain::suite::TestDraft>("create_test", test.clone()),
        of::<domain::suite::TestDraft>("save_test", test),
        of::<suites::Run>("start_suite", json!({ "version": 3 })),
        of::<domain::knowledge::PageDraft>(
            "add_page",
            json!({ "url": "https://www.example.com/opening-hours", "category": "opening hours" }),
        ),
        of::<knowledge::Search>(
            "search",
            json!({ "query": "when do you open on Sundays", "categories": ["opening hours"] }),
        ),
        of::<knowledge::Change>("change_document", json!({ "category": "opening hours" })),
        of::<domain::lead::LeadDraft>("create_lead", lead.clone()),
        of::<domain::lead::LeadDraft>("save_lead", lead.clone()),
        of::<leads::Bulk>("bulk", json!({ "leads": [lead, second] })),
    ]
}

fn campaigns_and_talk() -> Vec<Example> {
    let template = json!({
        "name": "service_due",
        "channel": "sms",
        "language": "en_US",
        "body": "Hi {{lead.first_name}}, {{agent.name}} of Harbor Bikes here. Your service is due. Shall we book it?"
    });
    let graph = json!({
        "version": domain::flow::graph::GRAPH_VERSION,
        "nodes": [
            { "id": "n1", "kind": "start", "at": { "x": 0, "y": 0 } },
            { "id": "n2", "kind": "send", "channel": "sms", "template_id": ID_OF_TEMPLATE, "at": { "x": 0, "y": 1 } },
            { "id": "n3", "kind": "wait_reply", "timeout_secs": 86_400, "at": { "x": 0, "y": 2 } },
            { "id": "n4", "kind": "agent", "agent_id": ID_OF_AGENT, "at": { "x": 1, "y": 3 } },
            { "id": "n5", "kind": "end", "at": { "x": 0, "y": 4 } }
        ],
        "edges": [
            { "from": "n1", "port": "next", "to": "n2" },
            { "from": "n2", "port": "next", "to": "n3" },
            { "from": "n3", "port": "reply", "to": "n4" },
            { "from": "n3", "port": "timeout", "to": "n5" },
            { "from": "n4", "port": "next", "to": "n5" }
        ]
    });
    let campaign = json!({ "name": "Spring service", "agent_id": ID_OF_AGENT });
    let mut drawn = campaign.clone();
    drawn["flow"] = graph.clone();
    vec![
        of::<domain::template::TemplateDraft>("create_template", template.clone()),
        of::<domain::template::TemplateDraft>("save_template", template),
        of::<campaigns::NewCampaign>("create_campaign", drawn),
        of::<domain::campaign::CampaignDraft>("save_campaign", campaign),
        of::<campaigns::EditedFlow>("save_flow", json!({ "revision": 2, "graph": graph })),
        of::<domain::campaign::Audience>("enrol", json!({ "status": "new", "consented_only": true })),
        of::<conversations::Reply>(
            "reply",
            json!({ "body": "Thursday at ten it is. See you then!", "client_key": "booking-4711" }),
        ),
        of::<conversations::Settle>("settle", json!({ "arrived": true })),
        of::<domain::turn::ReplayAsk>("replay", json!({ "model": { "provider": "openai", "model": "gpt-4.1" } })),
        of::<domain::content::ContentAsk>(
            "write_content",
            json!({ "lead_id": ID_OF_LEAD, "form": "sms", "purpose": "Remind her of the service on Thursday." }),
        ),
        of::<tickets::Change>("change_ticket", json!({ "status": "resolved", "category": "meeting" })),
    ]
}

fn rules_and_money() -> Vec<Example> {
    vec![
        of::<domain::api_key::ApiKeyDraft>(
            "create_key",
            json!({ "name": "Shop system", "scopes": ["api", "gateway"] }),
        ),
        of::<domain::budget::BudgetDraft>(
            "create_budget",
            json!({ "scope": "agent", "agent_id": ID_OF_AGENT, "limit_micros": 5_000_000 }),
        ),
        of::<budgets::Limit>("save_budget", json!({ "limit_micros": 10_000_000 })),
        of::<domain::format::ChannelConfigDraft>(
            "save_channel",
            json!({
                "max_response_length": 320,
                "tone": "friendly",
                "response_template": "{answer}\n{agent}, Harbor Bikes"
            }),
        ),
    ]
}

fn doors() -> Vec<Example> {
    vec![
        of::<ChatRequest>(
            "chat_completions",
            json!({
                "model": "anthropic/claude-haiku-4-5|openai/gpt-4.1-mini",
                "messages": [
                    { "role": "system", "content": "You are brief." },
                    { "role": "user", "content": "Which day comes after Monday?" }
                ],
                "max_tokens": 100,
                "stream": false
            }),
        ),
        of::<mcp::Message>(
            "mcp",
            json!({
                "jsonrpc": "2.0",
                "id": 1,
                "method": "tools/call",
                "params": {
                    "name": "search_knowledge_base",
                    "arguments": { "agent_id": ID_OF_AGENT, "query": "when do you open on Sundays" }
                }
            }),
        ),
        of::<hooks::GenericPost>(
            "receive_webhook",
            json!({
                "channel": "sms",
                "from": "+14155550123",
                "to": "+15005550006",
                "body": "Yes, tell me more",
                "message_id": "shop-4711"
            }),
        ),
    ]
}

const ID_OF_AGENT: &str = "agt_0199a1b2c3d47e5f8a9b0c1d2e3f4a5b";
const ID_OF_TEMPLATE: &str = "tpl_0199a1b2c3d47e5f8a9b0c1d2e3f4a5c";
const ID_OF_LEAD: &str = "led_0199a1b2c3d47e5f8a9b0c1d2e3f4a5d";

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use domain::agent::AgentStatus;
    use domain::flow::check::{Known, KnownAgent, KnownTemplate};
    use domain::message::Channel;
    use domain::template::TemplateState;

    use super::*;

    /// Every operation that takes JSON, with its body's schema and example.
    fn taken(described: &Value) -> BTreeMap<String, (Value, Option<Value>)> {
        let mut found = BTreeMap::new();
        for (path, item) in described["paths"].as_object().expect("paths") {
            for method in ["post", "put", "patch"] {
                let Some(operation) = item.get(method) else { continue };
                let Some(content) = operation["requestBody"]["content"].get("application/json") else { continue };
                let id = operation["operationId"].as_str().expect("an id").to_owned();
                let known = found.insert(id, (content["schema"].clone(), content.get("example").cloned()));
                assert!(known.is_none(), "{method} {path}: its operation id is taken");
            }
        }
        found
    }

    /// The names of a schema's fields; none for a schema that takes any.
    fn fields(described: &Value, schema: &Value) -> BTreeSet<String> {
        if let Some(name) = schema["$ref"].as_str().and_then(|at| at.strip_prefix("#/components/schemas/")) {
            return fields(described, &described["components"]["schemas"][name]);
        }
        let own = schema["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned());
        let parts = ["allOf", "oneOf", "anyOf"].iter().filter_map(|kind| schema[*kind].as_array()).flatten();
        own.chain(parts.flat_map(|part| fields(described, part))).collect()
    }

    #[test]
    fn every_json_body_has_an_example_that_its_handler_reads() {
        let described = serde_json::to_value(crate::api::router().1).expect("JSON");
        let examples: BTreeMap<_, _> = all().into_iter().map(|example| (example.operation, example)).collect();
        let mut problems = Vec::new();
        let taken = taken(&described);
        for (operation, (schema, shown)) in &taken {
            let Some(example) = examples.get(operation.as_str()) else {
                problems.push(format!("{operation}: no example"));
                continue;
            };
            if shown.as_ref() != Some(&example.body) {
                problems.push(format!("{operation}: the example is not shown"));
            }
            if let Err(error) = (example.read)(example.body.clone()) {
                problems.push(format!("{operation}: {error}"));
            }
            let known = fields(&described, schema);
            let given = example.body.as_object().expect("an object").keys();
            problems
                .extend(given.filter(|name| !known.contains(*name)).map(|name| format!("{operation}: no `{name}`")));
        }
        let all_taken = |example: &&&str| !taken.contains_key(**example);
        problems.extend(examples.keys().filter(all_taken).map(|name| format!("{name}: nothing takes it")));
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert!(taken.len() > 30, "{}", taken.len());
    }

    #[test]
    fn the_examples_are_right_not_only_readable() {
        let example = |operation| all().into_iter().find(|example| example.operation == operation).expect("one").body;
        fn read<T: DeserializeOwned>(body: Value) -> T {
            serde_json::from_value(body).expect("readable")
        }
        let agent: domain::agent::AgentDraft = read(example("create_agent"));
        let template: domain::template::TemplateDraft = read(example("create_template"));
        let audience: domain::campaign::Audience = read(example("enrol"));
        let key: domain::api_key::ApiKeyDraft = read(example("create_key"));
        let test: domain::suite::TestDraft = read(example("create_test"));
        let content: domain::content::ContentAsk = read(example("write_content"));
        let lead: domain::lead::LeadDraft = read(example("create_lead"));
        let problems = [
            agent.check(),
            template.check(),
            audience.check(),
            key.check(),
            test.check(),
            content.check(),
            lead.checked().err().unwrap_or_default(),
        ];
        assert!(problems.iter().all(|problems| problems.is_empty()), "{problems:?}");
        let graph: domain::flow::graph::FlowGraph = read(example("save_flow")["graph"].clone());
        let (template, agent) = (ID_OF_TEMPLATE.parse().expect("an id"), ID_OF_AGENT.parse().expect("an id"));
        let known = Known {
            templates: vec![KnownTemplate {
                id: template,
                name: "t".into(),
                channel: Channel::Sms,
                state: TemplateState::Draft,
            }],
            agents: vec![KnownAgent { id: agent, name: "Mia".into(), status: AgentStatus::Live }],
        };
        assert_eq!(graph.check(&known), []);
        let post = example("receive_webhook").to_string();
        assert!(channels::generic::parse(post.as_bytes(), chrono::Utc::now()).is_ok());
        let chat = example("chat_completions").to_string();
        assert!(crate::v1::takes(chat.as_bytes()));
    }
}
