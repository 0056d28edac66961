//! JSON schemas: what each provider takes of them, whether a value fits, and the plainest value that does. No IO.

use serde_json::{Map, Value, json};

/// What Gemini knows of a schema. Anything else in it is a 400.
const GEMINI: [&str; 18] = [
    "type",
    "format",
    "title",
    "description",
    "nullable",
    "enum",
    "maxItems",
    "minItems",
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "minLength",
    "maxLength",
    "pattern",
    "anyOf",
    "items",
    "propertyOrdering",
];

/// Whether OpenAI would hold the model to it to the letter: every object closed, every property required.
pub(crate) fn is_strict(schema: &Value) -> bool {
    let Some(map) = schema.as_object() else { return true };
    if let Some(properties) = map.get("properties").and_then(Value::as_object) {
        let required: Vec<_> = map.get("required").and_then(Value::as_array).into_iter().flatten().collect();
        let all = properties.keys().all(|key| required.iter().any(|name| name.as_str() == Some(key)));
        if !all || map.get("additionalProperties") != Some(&json!(false)) || !properties.values().all(is_strict) {
            return false;
        }
    } else if map.get("type") == Some(&json!("object")) {
        return false;
    }
    let inner = map.get("items").into_iter();
    let any = map.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    !map.contains_key("oneOf") && !map.contains_key("allOf") && inner.chain(any).all(is_strict)
}

/// The part of a schema that Gemini takes. The answer is checked against the whole of it anyway.
pub(crate) fn for_gemini(schema: &Value) -> Value {
    let Some(map) = schema.as_object() else { return json!({}) };
    let mut out = Map::new();
    for (key, value) in map {
        match key.as_str() {
            "type" => {
                let kinds: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |all| all.iter().collect());
                if let Some(kind) = kinds.iter().find(|kind| **kind != "null") {
                    out.insert("type".into(), (*kind).clone());
                }
                if kinds.iter().any(|kind| *kind == "null") {
                    out.insert("nullable".into(), json!(true));
                }
            }
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                out.insert(key.clone(), properties.map(|(name, inner)| (name.clone(), for_gemini(inner))).collect());
            }
            "items" => {
                out.insert(key.clone(), for_gemini(value));
            }
            "anyOf" | "oneOf" => {
                out.insert("anyOf".into(), value.as_array().into_iter().flatten().map(for_gemini).collect());
            }
            "const" => {
                out.insert("enum".into(), json!([value]));
            }
            // Only texts may be enumerated.
            "enum" if !value.as_array().is_some_and(|all| all.iter().all(Value::is_string)) => {}
            "minimum" | "maximum" => {
                out.insert(key.clone(), value.clone());
            }
            _ if GEMINI.contains(&key.as_str()) => {
                out.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    Value::Object(out)
}

/// Reads a model's text as JSON and checks it. The error is a sentence that the model is shown.
pub(crate) fn check(schema: &Value, text: &str) -> Result<Value, String> {
    let value: Value =
        domain::json::read(unfenced(text).as_bytes()).map_err(|error| format!("it is not JSON ({error})"))?;
    let validator = jsonschema::validator_for(schema).map_err(|_| "the schema itself is not valid".to_owned())?;
    let problems: Vec<String> = validator
        .iter_errors(&value)
        .take(5)
        .map(|error| {
            let at = error.instance_path().to_string();
            let at = if at.is_empty() { "/".to_owned() } else { at };
            let problem: String = error.to_string().chars().take(200).collect();
            format!("at `{at}`: {problem}")
        })
        .collect();
    if problems.is_empty() { Ok(value) } else { Err(problems.join("; ")) }
}

/// What is wrong with a text that has to be JSON of a shape, as it stands.
pub fn misfit(schema: &Value, text: &str) -> Option<String> {
    match text.trim() == unfenced(text) {
        true => check(schema, text).err(),
        false => Some("it is not JSON".to_owned()),
    }
}

/// Models like to wrap JSON in a Markdown fence.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")) else { return text };
    inner.split_once('\n').map_or(inner, |(_, rest)| rest).trim()
}

/// The plainest value that fits a schema: for the scripted model. `text` fills what asks for words.
pub(crate) fn plainest(schema: &Value, text: &str) -> Value {
    plain(schema, text, 0)
}

fn plain(schema: &Value, text: &str, depth: u32) -> Value {
    if depth > 12 {
        return Value::Null;
    }
    if let Some(value) = schema.get("const").or_else(|| schema.get("default")) {
        return value.clone();
    }
    if let Some(values) = schema["enum"].as_array().filter(|values| !values.is_empty()) {
        return picked(values, text);
    }
    if let Some(first) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()).and_then(|all| all.first()) {
        return plain(first, text, depth + 1);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].as_array().and_then(|all| all.first()?.as_str()));
    match kind.unwrap_or(if schema["properties"].is_object() { "object" } else { "null" }) {
        "object" => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            Value::Object(properties.map(|(key, inner)| (key.clone(), plain(inner, text, depth + 1))).collect())
        }
        "array" => {
            let least = schema["minItems"].as_u64().unwrap_or(0).min(16);
            (0..least).map(|_| plain(&schema["items"], text, depth + 1)).collect()
        }
        "string" => {
            let longest = schema["maxLength"].as_u64().map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
            Value::String(text.chars().take(longest).collect())
        }
        "integer" => {
            let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
            json!(match (least, most) {
                (Some(least), Some(most)) => least.midpoint(most),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => 0,
            })
        }
        "number" => {
            let (least, most) = (schema["minimum"].as_f64().unwrap_or(0.0), schema["maximum"].as_f64());
            json!(most.map_or(least, |most| least.midpoint(most)))
        }
        "boolean" => json!(false),
        _ => Value::Null,
    }
}

/// The listed word that the text itself contains, else the one that commits to nothing, else the first.
fn picked(values: &[Value], text: &str) -> Value {
    let text = text.to_lowercase();
    let said = values.iter().find(|value| {
        value.as_str().is_some_and(|word| !word.is_empty() && text.contains(&word.to_lowercase().replace('_', " ")))
    });
    let open = || {
        let neutral = ["none", "other", "neutral", "unknown", "unclear"];
        values.iter().find(|value| value.as_str().is_some_and(|word| neutral.contains(&word.to_lowercase().as_str())))
    };
    said.or_else(open).or_else(|| values.first()).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent() -> Value {
        json!({
            "type": "object",
            "properties": {
                "intent": {"enum": ["interested", "not_interested", "other"]},
                "confidence": {"type": "number", "minimum": 0, "maximum": 1},
                "count": {"type": "integer", "minimum": 1, "maximum": 5},
                "entities": {"type": "array", "items": {"type": "string"}},
                "reason": {"type": "string", "maxLength": 5},
                "again": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
            },
            "required": ["intent", "confidence"],
            "additionalProperties": false,
        })
    }

    #[test]
    fn an_answer_is_checked_and_the_error_says_where() {
        assert!(check(&intent(), r#"{"intent":"other","confidence":0.5}"#).is_ok());
        assert!(check(&intent(), "```json\n{\"intent\":\"other\",\"confidence\":0.5}\n```").is_ok());
        for (text, part) in [
            ("Sure! Here it is", "not JSON"),
            (r#"{"intent":"maybe","confidence":0.5}"#, "/intent"),
            (r#"{"intent":"other"}"#, "confidence"),
            (r#"{"intent":"other","confidence":7}"#, "/confidence"),
            (r#"{"intent":"other","confidence":0,"more":1}"#, "more"),
        ] {
            let error = check(&intent(), text).unwrap_err();
            assert!(error.contains(part) && error.len() < 1100, "{text}: {error}");
        }
    }

    #[test]
    fn the_plainest_value_fits() {
        for text in ["I am not interested", "hello"] {
            let value = plainest(&intent(), text);
            assert!(check(&intent(), &value.to_string()).is_ok(), "{value}");
        }
        assert_eq!(plainest(&intent(), "so not interested")["intent"], "interested", "the first that is said");
        assert_eq!(plainest(&intent(), "hello")["intent"], "other");
    }

    #[test]
    fn strictness_is_seen_at_every_depth() {
        assert!(!is_strict(&intent()), "not every property is required");
        let inner = |closed: bool| {
            let leaf = json!({"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"], "additionalProperties": !closed});
            json!({"type": "object", "properties": {"a": {"type": "array", "items": leaf}}, "required": ["a"], "additionalProperties": false})
        };
        assert!(is_strict(&inner(true)) && !is_strict(&inner(false)));
        assert!(!is_strict(&json!({"type": "object"})));
    }

    #[test]
    fn gemini_gets_only_what_it_knows() {
        let schema = json!({"$schema": "x", "type": "object", "additionalProperties": false, "properties": {
            "a": {"const": "x"}, "b": {"oneOf": [{"type": "string"}]}, "c": {"enum": [1, 2], "type": "integer"}}});
        assert_eq!(
            for_gemini(&schema),
            json!({"type": "object", "properties": {
            "a": {"enum": ["x"]}, "b": {"anyOf": [{"type": "string"}]}, "c": {"type": "integer"}}})
        );
    }
}
