//! Fills an action's templates: a value can never leave its place in the JSON or in the address.

use std::collections::BTreeMap;

use serde_json::Value;

/// The body with every placeholder filled. Inside quotes a value is escaped, outside it is written as JSON; what comes out must be
/// JSON. An empty template sends every value by its name. What was filled in is never read again for placeholders.
pub fn fill_body(template: &str, values: &BTreeMap<String, Value>) -> Result<String, String> {
    if template.trim().is_empty() {
        return serde_json::to_string(&nested(values)).map_err(|error| error.to_string());
    }
    let mut out = String::with_capacity(template.len() + 64);
    let (mut rest, mut in_text) = (template, false);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else { break };
        out.push_str(before);
        in_text = ends_in_text(before, in_text);
        let value = values.get(name.trim()).unwrap_or(&Value::Null);
        if in_text {
            out.push_str(&escaped(&plain(value)));
        } else {
            out.push_str(&value.to_string());
        }
        rest = tail;
    }
    out.push_str(rest);
    match serde_json::from_str::<Value>(&out) {
        Ok(_) => Ok(out),
        Err(error) => Err(format!("Filled in, this is not JSON (line {}, column {}).", error.line(), error.column())),
    }
}

/// The address with every placeholder filled and percent-encoded.
pub fn fill_url(template: &str, values: &BTreeMap<String, Value>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template.trim();
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else { break };
        out.push_str(before);
        out.push_str(&encoded(&plain(values.get(name.trim()).unwrap_or(&Value::Null))));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// `lead.name` becomes `name` in `lead`.
fn nested(values: &BTreeMap<String, Value>) -> Value {
    let mut all = serde_json::Map::new();
    for (name, value) in values {
        match name.split_once('.') {
            Some((group, field)) => {
                let group = all.entry(group.to_owned()).or_insert_with(|| Value::Object(serde_json::Map::new()));
                if let Some(group) = group.as_object_mut() {
                    group.insert(field.to_owned(), value.clone());
                }
            }
            None => {
                all.insert(name.clone(), value.clone());
            }
        }
    }
    all.into()
}

/// Whether a piece of JSON that began inside a text, or not, ends inside one.
fn ends_in_text(piece: &str, mut in_text: bool) -> bool {
    let mut chars = piece.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_text => {
                chars.next();
            }
            '"' => in_text = !in_text,
            _ => {}
        }
    }
    in_text
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    // A path of dots would lead up, encoded once too (WHATWG URL), so such a value is encoded twice.
    if out.bytes().all(|b| b == b'.') { out.replace('.', "%252E") } else { out }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values() -> BTreeMap<String, Value> {
        [
            ("lead.name", json!("Ada \"The\nLine\"")),
            ("args.n", json!(2.5)),
            ("args.t", json!("a, \"b\": 1")),
            ("args.b", json!(true)),
            ("lead.email", json!("{{lead.name}}")),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v))
        .collect()
    }

    #[test]
    fn a_value_never_leaves_its_place() {
        for (template, filled) in [
            (r#"{"n": "{{lead.name}}"}"#, json!({ "n": "Ada \"The\nLine\"" })),
            (r#"{"n": {{args.n}}, "b": {{ args.b }}}"#, json!({ "n": 2.5, "b": true })),
            (r#"{"n": {{args.t}}}"#, json!({ "n": "a, \"b\": 1" })),
            (r#"{"n": "{{args.t}}"}"#, json!({ "n": "a, \"b\": 1" })),
            (r#"{"n": "\"{{args.n}}\""}"#, json!({ "n": "\"2.5\"" })),
            (r#"{"n": "{{lead.email}}"}"#, json!({ "n": "{{lead.name}}" })),
            (r#"{"n": {{lead.phone}}, "t": "{{lead.phone}}"}"#, json!({ "n": null, "t": "" })),
            (r#"["{{args.n}} of {{args.n}}"]"#, json!(["2.5 of 2.5"])),
        ] {
            let text = fill_body(template, &values()).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), filled, "{template}");
        }
        assert!(fill_body(r#"{"n": {{args.n}}"#, &values()).is_err());
        let all: Value = serde_json::from_str(&fill_body(" ", &values()).unwrap()).unwrap();
        assert_eq!(all["args"]["n"], 2.5);
    }

    #[test]
    fn an_address_keeps_its_shape() {
        let values = [("a", json!("x/../y?z=1&b#c")), ("n", json!(7)), ("up", json!(".."))];
        let values = values.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        assert_eq!(
            fill_url("https://h/{{a}}?n={{n}}&m={{gone}}", &values),
            "https://h/x%2F..%2Fy%3Fz%3D1%26b%23c?n=7&m="
        );
        assert_eq!(fill_url("https://h/{{up}}/x", &values), "https://h/%252E%252E/x");
    }
}
