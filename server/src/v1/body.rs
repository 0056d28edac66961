//! A request as it came: only what the gateway has to know is read, the rest stays the text it was.

use std::fmt;

use domain::agent::{ModelChoice, Provider};
use llm::price::Worst;
use llm::{Models, Usage};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{V1Error, attachments};

/// The longest answer when a request names none: without a bound no budget could hold.
pub const DEFAULT_MAX_TOKENS: u32 = 4_096;
/// The longest answer that may be asked for.
const MOST_TOKENS: u32 = 1_000_000;
/// Models in a chain.
const MOST_MODELS: usize = 8;
/// What an image, a sound or a file may count in tokens, at the most.
const ATTACHMENT_TOKENS: u32 = 50_000;

/// A request, read as far as needed.
pub struct Body<'a> {
    fields: Vec<(String, &'a RawValue)>,
    /// The names of models, in order.
    pub models: Vec<String>,
    /// Whether the answer is to be streamed.
    pub stream: bool,
    /// Whether the stream is to end with what was used.
    pub usage: bool,
    /// The longest answer.
    pub max_tokens: Option<u32>,
    /// How many answers.
    n: u32,
    length: usize,
    attachments: u32,
    /// What the provider bills beside the tokens, or at another price.
    billed_beside: Option<String>,
    /// What was said about the stream.
    options: Map<String, Value>,
}

impl<'a> Body<'a> {
    /// Reads the bytes of a request.
    pub fn read(bytes: &'a [u8]) -> Result<Self, V1Error> {
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let fields =
            reader.deserialize_map(Fields).and_then(|fields| reader.end().map(|()| fields)).map_err(|error| {
                V1Error::new(
                    400,
                    "invalid_request_error",
                    "invalid_json",
                    format!("The body is not a JSON object: {error}."),
                )
            })?;
        let mut body = Self {
            models: Vec::new(),
            stream: false,
            usage: false,
            max_tokens: None,
            n: 1,
            length: bytes.len(),
            attachments: 0,
            billed_beside: None,
            options: Map::new(),
            fields: Vec::new(),
        };
        for (name, value) in &fields {
            match name.as_str() {
                "model" => body.models = names(&typed::<String>(name, value)?),
                "stream" => body.stream = typed::<Option<bool>>(name, value)?.unwrap_or_default(),
                "max_tokens" | "max_completion_tokens" => {
                    let limit = typed::<Option<u32>>(name, value)?;
                    if limit == Some(0) {
                        return Err(V1Error::field(name, "At least 1 token."));
                    }
                    if limit.is_some_and(|limit| limit > MOST_TOKENS) {
                        return Err(V1Error::field(name, format!("At most {MOST_TOKENS} tokens.")));
                    }
                    body.max_tokens = body.max_tokens.max(limit);
                }
                "n" => {
                    body.n = typed::<Option<u32>>(name, value)?.unwrap_or(1).max(1);
                    if body.n > 16 {
                        return Err(V1Error::field("n", "At most 16 answers."));
                    }
                }
                "stream_options" => {
                    body.options = typed::<Option<Map<String, Value>>>(name, value)?.unwrap_or_default();
                    body.usage = match body.options.get("include_usage") {
                        None | Some(Value::Null) => false,
                        Some(Value::Bool(wanted)) => *wanted,
                        Some(_) => {
                            return Err(V1Error::field(
                                "stream_options.include_usage",
                                "`include_usage` is true or false.",
                            ));
                        }
                    };
                }
                "messages" => {
                    if !value.get().starts_with('[') || value.get()[1..].trim_start().starts_with(']') {
                        return Err(V1Error::field("messages", "Give a list of at least one message."));
                    }
                    body.attachments = attachments::count(value).map_err(|error| V1Error::not_as(name, &error))?;
                }
                "service_tier" => {
                    let tier = typed::<Option<String>>(name, value)?.unwrap_or_default();
                    let is_dearer = !matches!(tier.as_str(), "" | "auto" | "default" | "flex");
                    body.beside(is_dearer, name, &tier);
                }
                "web_search_options" | "audio" => body.beside(value.get() != "null", name, ""),
                "modalities" => {
                    let kinds = typed::<Option<Vec<String>>>(name, value)?.unwrap_or_default();
                    let other = kinds.into_iter().find(|kind| kind != "text");
                    body.beside(other.is_some(), name, &other.unwrap_or_default());
                }
                _ => {}
            }
        }
        if body.models.is_empty() {
            return Err(V1Error::field(
                "model",
                "Name a model: `provider/model`, a model's own name, or several with `|` between.",
            ));
        }
        if body.models.len() > MOST_MODELS {
            return Err(V1Error::field("model", format!("At most {MOST_MODELS} models.")));
        }
        body.fields = fields;
        if body.get("messages").is_none() {
            return Err(V1Error::field("messages", "Give the messages."));
        }
        Ok(body)
    }

    fn beside(&mut self, is_billed: bool, name: &str, value: &str) {
        if is_billed {
            let value: String = value.chars().filter(|c| !c.is_control()).take(40).collect();
            self.billed_beside = Some(format!("`{name}` {value}").trim_end().to_owned());
        }
    }

    /// A field as its text.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// Every field with its text.
    pub fn all(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// The request for one model: everything as it came, but the fields that are ours.
    pub fn for_model(&self, choice: &ModelChoice) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.length + 160);
        out.extend_from_slice(b"{\"model\":");
        put(&mut out, &choice.model);
        for (name, value) in &self.fields {
            if name == "model" || (name == "stream_options" && self.stream) {
                continue;
            }
            out.push(b',');
            put(&mut out, name);
            out.push(b':');
            out.extend_from_slice(value.get().as_bytes());
        }
        if self.stream {
            // What was used is needed for the books; the client sees it only if it asked.
            let mut options = self.options.clone();
            options.insert("include_usage".to_owned(), Value::Bool(true));
            out.extend_from_slice(format!(",\"stream_options\":{}", Value::Object(options)).as_bytes());
        }
        if self.max_tokens.is_none() {
            // OpenAI refuses the old name for newer models; other hosts often know only the old one.
            let name = if choice.provider == Provider::OpenAi { "max_completion_tokens" } else { "max_tokens" };
            out.extend_from_slice(format!(",\"{name}\":{DEFAULT_MAX_TOKENS}").as_bytes());
        }
        out.push(b'}');
        out
    }

    /// The most that these models may cost. A token is a byte at least, so the length of the request bounds what is read.
    pub fn worst(&self, choices: &[ModelChoice]) -> Worst {
        let length = u32::try_from(self.length).unwrap_or(u32::MAX);
        let usage = Usage {
            prompt_tokens: length.saturating_add(self.attachments.saturating_mul(ATTACHMENT_TOKENS)),
            completion_tokens: self.most(),
        };
        let passed_on = choices.iter().any(|choice| choice.provider == Provider::OpenAi);
        llm::price::worst(choices, usage).with_unpriced(self.billed_beside.clone().filter(|_| passed_on))
    }

    /// The most tokens that all of its answers may have.
    pub fn most(&self) -> u32 {
        self.max_tokens.unwrap_or(DEFAULT_MAX_TOKENS).saturating_mul(self.n)
    }

    /// What was probably used when nobody says.
    pub fn guess(&self, written_bytes: usize) -> Usage {
        let tokens = llm::price::tokens;
        Usage { prompt_tokens: tokens(self.length), completion_tokens: tokens(written_bytes) }
    }

    /// The models that are named, as far as they exist.
    pub fn choices(&self, models: &Models) -> Result<Vec<ModelChoice>, V1Error> {
        self.models.iter().map(|name| models.resolve(name).ok_or_else(|| V1Error::no_model(name))).collect()
    }
}

fn names(chain: &str) -> Vec<String> {
    chain.split(['|', ',']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn put(out: &mut Vec<u8>, text: &str) {
    // Writing into memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}

fn typed<'a, T: serde::Deserialize<'a>>(name: &str, value: &'a RawValue) -> Result<T, V1Error> {
    serde_json::from_str(value.get()).map_err(|error| V1Error::not_as(name, &error))
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: Self::Value = Vec::with_capacity(12);
        while let Some(name) = map.next_key::<String>()? {
            // The provider might read another one than we did.
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(serde::de::Error::custom(format_args!("`{name}` is there twice")));
            }
            fields.push((name, map.next_value()?));
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use domain::money::Micros;

    use super::*;

    fn choice(provider: Provider, model: &str) -> ModelChoice {
        ModelChoice { provider, model: model.into() }
    }

    #[test]
    fn everything_but_our_own_fields_stays_as_it_came() {
        let text = r#"{"model":"a|openai/gpt-4.1-mini , b","messages":[{"role":"user","content":"h\u00e9"}],"tools":[ 1 ],"stream":true,"stream_options":{"include_usage":true}}"#;
        let body = Body::read(text.as_bytes()).unwrap();
        assert_eq!(body.models, ["a", "openai/gpt-4.1-mini", "b"]);
        assert!(body.stream && body.usage);
        let sent = String::from_utf8(body.for_model(&choice(Provider::OpenAi, "gpt-4.1-mini"))).unwrap();
        assert_eq!(
            sent,
            r#"{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"h\u00e9"}],"tools":[ 1 ],"stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":4096}"#
        );
        let sent = String::from_utf8(body.for_model(&choice(Provider::Compatible, "l"))).unwrap();
        assert!(sent.ends_with(r#""max_tokens":4096}"#), "{sent}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, part) in [
            ("[]", "not a JSON object"),
            ("{", "not a JSON object"),
            (r#"{"model":"a","messages":[1]} x"#, "not a JSON object"),
            (r#"{"messages":[1]}"#, "Name a model"),
            (r#"{"model":"a"}"#, "Give the messages"),
            (r#"{"model":"a","messages":[ ]}"#, "at least one message"),
            (r#"{"model":"a","messages":[1],"max_tokens":-1}"#, "`max_tokens`"),
            (r#"{"model":"a","messages":[1],"max_completion_tokens":0}"#, "At least 1"),
            (r#"{"model":"a","messages":[1],"max_tokens":1,"max_tokens":9}"#, "there twice"),
            (r#"{"model":"a","messages":[1],"n":99}"#, "At most 16"),
            (r#"{"model":7,"messages":[1]}"#, "`model`"),
        ] {
            let Err(error) = Body::read(text.as_bytes()) else { panic!("{text}") };
            assert!(format!("{error:?}").contains(part), "{text}: {error:?}");
        }
    }

    #[test]
    fn the_worst_case_is_bounded_by_the_length_and_the_limit() {
        let text = r#"{"model":"a","messages":[{"role":"user","content":"hi"}],"max_tokens":100,"n":2}"#;
        let body = Body::read(text.as_bytes()).unwrap();
        let models = [choice(Provider::OpenAi, "gpt-4.1-mini"), choice(Provider::OpenAi, "gpt-4.1")];
        let small = (text.len() as i64 * 2 + 4) / 5 + 200 * 8 / 5;
        assert_eq!(body.worst(&models[..1]), Micros(small).into());
        assert_eq!(body.worst(&models), Micros(small + text.len() as i64 * 2 + 200 * 8).into());
        assert_eq!(body.worst(&[choice(Provider::Compatible, "x")]), Micros(0).into());
    }

    #[test]
    fn attachments_count_however_their_kind_is_spelt_and_words_about_them_do_not() {
        for (content, found) in [
            (r#"[{"type":"image_url","image_url":{"url":"https://a/b"}}]"#, 1),
            (r#"[{"type":"image\u005furl","image\u005furl":{"url":"https://a/b"}}]"#, 1),
            (r#"[{"\u0074ype":"input_audio","input_audio":{}},{"type":"file","file":{}},{"type":"new_kind"}]"#, 3),
            (r#"[{"type":"text","text":"what is \"image_url\"?"},{"type":"refusal","refusal":"no"}]"#, 0),
            (r#""what is \"image_url\"?""#, 0),
            (r#""half \ud83d of \ude00 an \ud83d\ude00 emoji \\ud83d""#, 0),
            (r#"[{"type":"text","text":"\uD83D"},{"type":"image\u005furl"}]"#, 1),
            ("null", 0),
        ] {
            let text = format!(r#"{{"model":"a","messages":[{{"role":"user","content":{content}}}]}}"#);
            assert_eq!(Body::read(text.as_bytes()).unwrap().attachments, found, "{content}");
        }
    }

    #[test]
    fn what_is_billed_beside_the_tokens_has_no_known_price() {
        let openai = [choice(Provider::OpenAi, "gpt-4.1-mini")];
        for (field, billed) in [
            (r#""service_tier":"priority""#, true),
            (r#""service_tier":"\u0070riority""#, true),
            (r#""service_tier":"default""#, false),
            (r#""service_tier":null"#, false),
            (r#""web_search_options":{}"#, true),
            (r#""modalities":["text","audio"]"#, true),
            (r#""modalities":["text"]"#, false),
            (r#""audio":{"voice":"alloy"}"#, true),
            (r#""store":true"#, false),
        ] {
            let text = format!(r#"{{"model":"a","messages":[{{"role":"user","content":"hi"}}],{field}}}"#);
            let body = Body::read(text.as_bytes()).unwrap();
            assert_eq!(body.worst(&openai).unpriced.is_some(), billed, "{field}");
            assert_eq!(body.worst(&[choice(Provider::Compatible, "x")]).unpriced, None);
        }
    }

    #[test]
    fn the_usage_event_and_other_options_of_a_stream_are_independent() {
        for (options, usage, kept) in [
            (r#"{"include_usage":true,"include_obfuscation":false}"#, true, true),
            (r#"{"include_obfuscation":false}"#, false, true),
            (r#"{"include_\u0075sage":true}"#, true, false),
            (r#"{"include_usage":false}"#, false, false),
            ("null", false, false),
        ] {
            let text = format!(r#"{{"model":"a","messages":[1],"stream":true,"stream_options":{options}}}"#);
            let body = Body::read(text.as_bytes()).unwrap();
            assert_eq!(body.usage, usage, "{options}");
            let sent: serde_json::Value =
                serde_json::from_slice(&body.for_model(&choice(Provider::OpenAi, "m"))).unwrap();
            assert_eq!(sent["stream_options"]["include_usage"], true, "{options}");
            assert_eq!(sent["stream_options"].get("include_obfuscation").is_some(), kept, "{options}");
        }
    }
}
