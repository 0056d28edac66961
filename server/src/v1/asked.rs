//! OpenAI's request as ours, for models that speak another dialect. Every field is obeyed or refused by its name: nothing that a caller
//! sent is left out without a word.

use std::collections::BTreeMap;
use std::fmt;

use domain::agent::{ModelChoice, Provider};
use llm::{Ask, Finish, JsonSchema, ToolCall, ToolChoice, ToolSpec, Turn};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::V1Error;
use super::body::{Body, DEFAULT_MAX_TOKENS};
use super::chat::PATIENCE;

/// A request that can be asked of a model, with what its answer has to keep.
pub struct Asked {
    /// The request as ours.
    pub ask: Ask,
    /// The schemas that the caller called strict: of the answer, and of tools by their names.
    shape: Option<Value>,
    strict: BTreeMap<String, Value>,
}

impl Asked {
    /// Why an answer breaks what was promised, if it does. One that was cut short or refused promises nothing.
    pub fn misfit(&self, answer: &llm::Answer) -> Option<llm::Error> {
        if !matches!(answer.finish, Finish::Stop | Finish::ToolCalls) {
            return None;
        }
        let calls = answer.tool_calls.iter().filter_map(|call| {
            let problem = llm::misfit(self.strict.get(&call.name)?, &call.written())?;
            Some(format!("the model called `{}` against its strict schema: {problem}", call.name))
        });
        let shape = self.shape.as_ref().filter(|_| answer.tool_calls.is_empty());
        let shape = shape.and_then(|shape| llm::misfit(shape, &answer.text));
        let shape = shape.map(|problem| format!("the answer does not fit its strict schema: {problem}"));
        calls.chain(shape).next().map(|reason| llm::Error::Malformed { reason })
    }
}

/// Fields that are read here, and fields that change nothing of an answer.
const READ: &[&str] = &[
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "tools",
    "tool_choice",
    "response_format",
    "stop",
    "temperature",
    "user",
    "metadata",
    "safety_identifier",
    "prompt_cache_key",
];
/// Fields that other dialects do not have, each with the values that ask for nothing.
const DEFAULTS: &[(&str, &[&str])] = &[
    ("n", &["1"]),
    ("top_p", &["1", "1.0"]),
    ("presence_penalty", &["0", "0.0"]),
    ("frequency_penalty", &["0", "0.0"]),
    ("logprobs", &["false"]),
    ("logit_bias", &["{}"]),
    ("parallel_tool_calls", &["true"]),
    ("service_tier", &["\"auto\"", "\"default\""]),
    ("modalities", &["[\"text\"]"]),
    ("functions", &["[]"]),
    ("store", &["false"]),
];

fn check_fields(body: &Body<'_>) -> Result<(), V1Error> {
    for (name, value) in body.all() {
        let value: String = value.get().chars().filter(|c| !c.is_whitespace()).collect();
        let asks_nothing =
            value == "null" || DEFAULTS.iter().any(|(known, defaults)| *known == name && defaults.contains(&&*value));
        if !READ.contains(&name) && !asks_nothing {
            let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            return Err(V1Error::field(
                &name,
                format!("`{name}` cannot be asked of this model through the gateway. Leave it out."),
            ));
        }
    }
    read::<String>(body, "user")?;
    read::<BTreeMap<String, String>>(body, "metadata")?;
    read::<String>(body, "safety_identifier")?;
    read::<String>(body, "prompt_cache_key")?;
    let options = read::<StreamOptions>(body, "stream_options")?;
    if options.is_some() && !body.stream {
        return Err(V1Error::field("stream_options", "`stream_options` goes with `stream: true` only."));
    }
    if options.is_some_and(|options| options.include_obfuscation == Some(true)) {
        let message = "Streams of this model are not padded: leave `include_obfuscation` out.";
        return Err(V1Error::field("stream_options.include_obfuscation", message));
    }
    Ok(())
}

/// A field as what it has to be; nothing where it is missing or `null`. What is wrong is named by its whole path.
fn read<T: DeserializeOwned>(body: &Body<'_>, name: &str) -> Result<Option<T>, V1Error> {
    let Some(value) = body.get(name) else { return Ok(None) };
    let mut reader = serde_json::Deserializer::from_str(value.get());
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = match error.path().to_string().as_str() {
            "." => name.to_owned(),
            path if path.starts_with('[') => format!("{name}{path}"),
            path => format!("{name}.{path}"),
        };
        V1Error::not_as(&field, error.inner())
    })
}

/// In place of something that has no meaning here unless it is `null`.
struct Nothing;

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("this model cannot be asked for it through the gateway, leave it out"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamOptions {
    #[serde(rename = "include_usage")]
    _usage: Option<bool>,
    include_obfuscation: Option<bool>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Role {
    System,
    Developer,
    User,
    Assistant,
    Tool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    role: Role,
    content: Option<Content>,
    name: Option<String>,
    refusal: Option<String>,
    tool_calls: Option<Vec<Call>>,
    tool_call_id: Option<String>,
    #[serde(rename = "audio")]
    _audio: Option<Nothing>,
    #[serde(rename = "function_call")]
    _function_call: Option<Nothing>,
    #[serde(rename = "annotations")]
    _annotations: Option<Vec<Nothing>>,
}

/// The text of a message: a string, or parts that are all text or what a model declined with.
struct Content(String);

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Texts).map(Self)
    }
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a list of parts that are text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<String, A::Error> {
        let mut texts = Vec::new();
        while let Some(part) = parts.next_element::<Part>()? {
            texts.push(match (part.r#type, part.text, part.refusal) {
                (PartKind::Text, Some(text), None) | (PartKind::Refusal, None, Some(text)) => text,
                _ => return Err(A::Error::custom("a part has the one field that its type names, and it is a text")),
            });
        }
        Ok(texts.join("\n"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    r#type: PartKind,
    text: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum PartKind {
    Text,
    Refusal,
}

/// The only kind of tool.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FunctionWord {
    Function,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    id: String,
    #[serde(rename = "type")]
    _type: Option<FunctionWord>,
    /// What pieces of a stream have; their order says the same.
    #[serde(rename = "index")]
    _index: Option<u32>,
    function: CallFunction,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallFunction {
    name: String,
    arguments: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    #[serde(rename = "type")]
    _type: FunctionWord,
    function: Function,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Function {
    name: String,
    description: Option<String>,
    parameters: Option<Map<String, Value>>,
    strict: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Choice {
    Word(ChoiceWord),
    Named(NamedChoice),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ChoiceWord {
    None,
    Auto,
    Required,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedChoice {
    #[serde(rename = "type")]
    _type: FunctionWord,
    function: ChosenFunction,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChosenFunction {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Format {
    r#type: FormatWord,
    json_schema: Option<Shape>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum FormatWord {
    Text,
    JsonSchema,
    JsonObject,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    name: Option<String>,
    schema: Option<Map<String, Value>>,
    strict: Option<bool>,
    #[serde(rename = "description")]
    _description: Option<Nothing>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Stop {
    One(String),
    Many(Vec<String>),
}

/// Reads a request for one model.
pub fn asked(body: &Body<'_>, choice: &ModelChoice) -> Result<Asked, V1Error> {
    check_fields(body)?;
    let mut asked = Asked {
        ask: Ask {
            max_tokens: body.max_tokens.unwrap_or(DEFAULT_MAX_TOKENS),
            timeout: PATIENCE,
            as_is: true,
            ..Ask::default()
        },
        shape: None,
        strict: BTreeMap::new(),
    };
    let messages: Vec<Message> = read(body, "messages")?.unwrap_or_default();
    let mut known: Vec<ToolCall> = Vec::new();
    for (i, message) in messages.into_iter().enumerate() {
        put(&mut asked.ask, &mut known, &format!("messages[{i}]"), message)?;
    }
    tools(body, &mut asked)?;
    format(body, &mut asked)?;
    let stop: Option<Stop> =
        read(body, "stop").map_err(|_| V1Error::field("stop", "`stop` is a text or a list of texts."))?;
    let stop = match stop {
        Some(Stop::One(one)) => vec![one],
        Some(Stop::Many(all)) => all,
        None => vec![],
    };
    // Before an empty text there is nothing to stop at; other providers refuse it.
    asked.ask.stop = stop.into_iter().filter(|stop| !stop.is_empty()).collect();
    asked.ask.temperature = temperature(body, choice)?;
    Ok(asked)
}

fn temperature(body: &Body<'_>, choice: &ModelChoice) -> Result<Option<f32>, V1Error> {
    let temperature: Option<f32> = read(body, "temperature")?;
    match temperature {
        Some(number) if !(0.0..=2.0).contains(&number) => {
            Err(V1Error::field("temperature", "`temperature` is a number from 0 to 2."))
        }
        Some(number) if choice.provider == Provider::Anthropic => match number {
            1.0 => Ok(None),
            _ => Err(V1Error::field("temperature", format!("`{choice}` takes no `temperature`. Leave it out."))),
        },
        _ => Ok(temperature),
    }
}

/// Adds a message to the conversation.
fn put(ask: &mut Ask, known: &mut Vec<ToolCall>, field: &str, message: Message) -> Result<(), V1Error> {
    let Message { role, content, name, refusal, tool_calls, tool_call_id, .. } = message;
    let misplaced = [
        ("name", name.is_some() && role != Role::Tool),
        ("refusal", refusal.is_some() && role != Role::Assistant),
        ("tool_calls", tool_calls.is_some() && role != Role::Assistant),
        ("tool_call_id", tool_call_id.is_some() && role != Role::Tool),
        ("content", content.is_none() && role != Role::Assistant),
    ];
    if let Some((name, _)) = misplaced.into_iter().find(|(_, is)| *is) {
        let message = match name {
            "content" => "A message has a `content`.".to_owned(),
            _ => format!("`{name}` means nothing in this message to this model. Leave it out."),
        };
        return Err(V1Error::field(&format!("{field}.{name}"), message));
    }
    let text = content.map(|Content(text)| text).unwrap_or_default();
    match role {
        Role::System | Role::Developer => {
            if !ask.system.is_empty() {
                ask.system.push_str("\n\n");
            }
            ask.system.push_str(&text);
        }
        Role::User => ask.messages.push(Turn::user(text)),
        Role::Assistant => {
            // What it declined with is what it said.
            let said = [Some(text), refusal].into_iter().flatten().filter(|said| !said.is_empty());
            let said = said.collect::<Vec<_>>().join("\n");
            let calls = tool_calls.unwrap_or_default().into_iter().enumerate();
            let calls = calls.map(|(i, asked)| call(&format!("{field}.tool_calls[{i}]"), asked));
            let calls = calls.collect::<Result<Vec<_>, _>>()?;
            known.extend(calls.iter().cloned());
            ask.messages.push(if calls.is_empty() { Turn::assistant(said) } else { Turn::tool_calls(said, calls) });
        }
        Role::Tool => {
            let id = tool_call_id.unwrap_or_default();
            let call = known.iter().find(|call| call.id == id).ok_or_else(|| {
                V1Error::field(
                    &format!("{field}.tool_call_id"),
                    format!("`{field}` answers a tool call that is not there."),
                )
            })?;
            ask.messages.push(Turn::tool_result(call, text));
        }
    }
    Ok(())
}

fn call(field: &str, asked: Call) -> Result<ToolCall, V1Error> {
    let field = format!("{field}.function.arguments");
    let wrong = || V1Error::field(&field, format!("`{field}`: the arguments of a call are the text of a JSON object."));
    let given = asked.function.arguments.as_ref().map(|given| given.get()).unwrap_or_default();
    let text = match given.starts_with('"') {
        true => serde_json::from_str::<String>(given).map_err(|_| wrong())?,
        false => given.to_owned(),
    };
    // Calls without arguments come as nothing in several ways.
    let text = match text.split_whitespace().collect::<String>().as_str() {
        "" | "null" | "[]" => "{}".to_owned(),
        _ => text,
    };
    serde_json::from_str::<BTreeMap<String, IgnoredAny>>(&text).map_err(|_| wrong())?;
    // Numbers that are too large to be read stay in the text.
    let arguments = serde_json::from_str(&text).unwrap_or_else(|_| json!({}));
    Ok(ToolCall::new(asked.id, asked.function.name, arguments).written_as(text))
}

fn tools(body: &Body<'_>, asked: &mut Asked) -> Result<(), V1Error> {
    for tool in read::<Vec<Tool>>(body, "tools")?.unwrap_or_default() {
        let Function { name, description, parameters, strict } = tool.function;
        let schema = parameters.map_or_else(|| json!({ "type": "object", "properties": {} }), Value::Object);
        if strict == Some(true) {
            asked.strict.insert(name.clone(), schema.clone());
        }
        asked.ask.tools.push(ToolSpec { name, description: description.unwrap_or_default(), schema });
    }
    let wrong = || {
        V1Error::field("tool_choice", "`tool_choice` is `none`, `auto`, `required`, or one of the tools by its name.")
    };
    asked.ask.tool_choice = match read(body, "tool_choice").map_err(|_| wrong())? {
        None | Some(Choice::Word(ChoiceWord::Auto)) => ToolChoice::Auto,
        Some(Choice::Word(ChoiceWord::None)) => ToolChoice::None,
        Some(Choice::Word(ChoiceWord::Required)) if !asked.ask.tools.is_empty() => ToolChoice::Required,
        Some(Choice::Named(NamedChoice { function, .. }))
            if asked.ask.tools.iter().any(|tool| tool.name == function.name) =>
        {
            ToolChoice::Named(function.name)
        }
        Some(_) => return Err(wrong()),
    };
    Ok(())
}

fn format(body: &Body<'_>, asked: &mut Asked) -> Result<(), V1Error> {
    let wrong = || {
        V1Error::field(
            "response_format",
            "This model can be asked through the gateway for text or for a `json_schema`; JSON without a schema it cannot promise.",
        )
    };
    match read::<Format>(body, "response_format")? {
        None | Some(Format { r#type: FormatWord::Text, json_schema: None }) => Ok(()),
        Some(Format { r#type: FormatWord::JsonSchema, json_schema: Some(shape) }) => {
            let schema = Value::Object(shape.schema.ok_or_else(wrong)?);
            asked.shape = (shape.strict == Some(true)).then(|| schema.clone());
            asked.ask.schema = Some(JsonSchema::new(shape.name.unwrap_or_else(|| "answer".to_owned()), schema));
            Ok(())
        }
        Some(_) => Err(wrong()),
    }
}
