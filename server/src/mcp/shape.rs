//! Whether a message has the form that JSON-RPC and MCP give it, with the number that each fault has there. `rmcp` tells those apart only
//! in part: it takes a known method with wrong parameters for an unknown one. Not here: what a tool makes of its arguments.

use serde_json::Value;

/// JSON-RPC's word for a request that is not taken.
pub const NOT_TAKEN: i32 = -32_600;
/// JSON-RPC's word for parameters that do not fit their method.
pub const WRONG_PARAMETERS: i32 = -32_602;
/// JSON-RPC's word for a body that cannot be read.
const UNREADABLE: i32 = -32_700;

/// What is wrong with a message.
#[derive(Debug, PartialEq)]
pub struct Fault {
    /// The message's own id; null where none can be read.
    pub id: Value,
    /// JSON-RPC's number.
    pub code: i32,
    /// A whole sentence.
    pub why: String,
}

/// What each method must be told: its name, then the path and the kind of each parameter.
const WANTED: &[(&str, &[(&str, Kind)])] = &[
    ("tools/call", &[("/name", Kind::Text)]),
    (
        "initialize",
        &[
            ("/protocolVersion", Kind::Text),
            ("/capabilities", Kind::Object),
            ("/clientInfo", Kind::Object),
            ("/clientInfo/name", Kind::Text),
            ("/clientInfo/version", Kind::Text),
        ],
    ),
];

/// What a parameter may be left out of, but not have another kind than.
const OPTIONAL: &[(&str, &[(&str, Kind)])] =
    &[("tools/call", &[("/arguments", Kind::Object)]), ("tools/list", &[("/cursor", Kind::Text)])];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Object,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Object => value.is_object(),
        }
    }

    fn called(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Object => "an object",
        }
    }
}

/// Looks at one body.
pub fn check(body: &[u8]) -> Result<(), Fault> {
    let fault = |id: &Value, code, why: String| Err(Fault { id: id.clone(), code, why });
    let message: Value = match serde_json::from_slice(body) {
        Ok(message) => message,
        Err(_) => return fault(&Value::Null, UNREADABLE, "The body is no JSON.".into()),
    };
    let Value::Object(fields) = &message else {
        let why = if message.is_array() {
            "Several messages in one body are not taken. Send each by itself."
        } else {
            "The body is no message of MCP: it has to be one object."
        };
        return fault(&Value::Null, NOT_TAKEN, why.into());
    };
    let id = match fields.get("id") {
        None => &Value::Null,
        Some(id) if id.is_string() || id.is_i64() || id.is_u64() => id,
        Some(_) => return fault(&Value::Null, NOT_TAKEN, "`id` has to be a text or a whole number.".into()),
    };
    if fields.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return fault(id, NOT_TAKEN, "`jsonrpc` has to be \"2.0\".".into());
    }
    let Some(method) = fields.get("method") else {
        // The answer to a question of ours; we ask none, and `rmcp` says so.
        let answers = fields.contains_key("result") || fields.contains_key("error");
        return if answers { Ok(()) } else { fault(id, NOT_TAKEN, "`method` is missing.".into()) };
    };
    let Some(method) = method.as_str() else {
        return fault(id, NOT_TAKEN, "`method` has to be a text.".into());
    };
    if fields.get("params").is_some_and(|params| !params.is_object()) {
        return fault(id, WRONG_PARAMETERS, "`params` has to be an object.".into());
    }
    let of = |table: &'static [(&str, &'static [(&str, Kind)])]| {
        table.iter().filter(|row| row.0 == method).flat_map(|row| row.1)
    };
    let named = |path: &str| path[1..].replace('/', ".");
    let at = |path: &str| fields.get("params").and_then(|params| params.pointer(path));
    for (path, kind) in of(WANTED) {
        match at(path) {
            Some(value) if kind.fits(value) => {}
            Some(_) => {
                let why = format!("`params.{}` has to be {}.", named(path), kind.called());
                return fault(id, WRONG_PARAMETERS, why);
            }
            None => return fault(id, WRONG_PARAMETERS, format!("`params.{}` is missing.", named(path))),
        }
    }
    for (path, kind) in of(OPTIONAL) {
        if at(path).is_some_and(|value| !value.is_null() && !kind.fits(value)) {
            let why = format!("`params.{}` has to be {}.", named(path), kind.called());
            return fault(id, WRONG_PARAMETERS, why);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> Option<i32> {
        check(body.as_bytes()).err().map(|fault| fault.code)
    }

    #[test]
    fn each_fault_of_a_message_has_json_rpcs_own_number() {
        let call = |params: &str| format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{params}}}"#);
        for (body, expected) in [
            (call(r#"{"name":"x","arguments":{}}"#), None),
            (call(r#"{"name":"x"}"#), None),
            (call(r#"{"name":"x","arguments":null}"#), None),
            (call(r#"{"name":"x","arguments":[1]}"#), Some(-32602)),
            (call(r#"{"name":"x","arguments":"text"}"#), Some(-32602)),
            (call(r#"{"name":5}"#), Some(-32602)),
            (call(r#"{}"#), Some(-32602)),
            (call(r#"["x"]"#), Some(-32602)),
            (r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#.into(), Some(-32602)),
            (r#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#.into(), Some(-32602)),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.into(), None),
            (r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.into(), None),
            (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#.into(), None),
            (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#.into(), Some(-32600)),
            ("[]".into(), Some(-32600)),
            (r#""ping""#.into(), Some(-32600)),
            (r#"{"id":1,"method":"ping"}"#.into(), Some(-32600)),
            (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#.into(), Some(-32600)),
            (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#.into(), Some(-32600)),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#.into(), Some(-32600)),
            (r#"{"jsonrpc":"2.0","id":1,"method":9}"#.into(), Some(-32600)),
            (r#"{"jsonrpc":"2.0","id":1}"#.into(), Some(-32600)),
            ("{".into(), Some(-32700)),
            ("".into(), Some(-32700)),
        ] {
            assert_eq!(code(&body), expected, "{body}");
        }
        assert_eq!(check(call("{}").as_bytes()).unwrap_err().id, 7, "the answer belongs to its question");
    }
}
