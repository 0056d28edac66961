//! Webhooks of agents, as they are checked and read.

use super::*;

fn good() -> ActionDraft {
    ActionDraft {
        name: "book_viewing".into(),
        description: "Books a viewing.".into(),
        url: "https://example.com/leads/{{lead.id}}?day={{args.day}}".into(),
        body: r#"{"day": "{{args.day}}", "people": {{args.people}}}"#.into(),
        arguments: vec![
            Argument { name: "day".into(), kind: ArgumentKind::Text, description: "A date".into(), required: true },
            Argument { name: "people".into(), kind: ArgumentKind::Number, description: "".into(), required: false },
        ],
        response: vec![Mapped { name: "slot".into(), path: "$.slots.0.at".into() }],
        ..ActionDraft::default()
    }
}

#[test]
fn an_action_is_checked() {
    assert_eq!(good().check(), Problems::none());
    for (bad, field) in [
        (ActionDraft { name: "Book it".into(), ..good() }, "name"),
        (ActionDraft { name: "create_ticket".into(), ..good() }, "name"),
        (ActionDraft { description: " ".into(), ..good() }, "description"),
        (ActionDraft { url: "ftp://example.com".into(), ..good() }, "url"),
        (ActionDraft { url: "https://{{lead.email}}/".into(), ..good() }, "url"),
        (ActionDraft { url: "https://a:b@example.com/".into(), ..good() }, "url"),
        (ActionDraft { url: "https:///x".into(), ..good() }, "url"),
        (ActionDraft { body: r#"{"a": "{{args.nobody}}"}"#.into(), ..good() }, "body"),
        (ActionDraft { body: r#"{"a": {{args.day}}"#.into(), ..good() }, "body"),
        (ActionDraft { arguments: [good().arguments, good().arguments].concat(), ..good() }, "arguments.2.name"),
    ] {
        assert!(bad.check().of(field).is_some(), "{field}: {:?}", bad.check());
    }
}

#[test]
fn a_call_is_read_by_its_schema() {
    let schema = good().schema();
    assert_eq!(schema["properties"]["people"]["type"], "number");
    assert_eq!(schema["required"], json!(["day"]));
    let read = good().read_arguments(&json!({ "day": "Monday", "people": 2, "sudo": true })).unwrap();
    assert_eq!(read.keys().map(String::as_str).collect::<Vec<_>>(), ["args.day", "args.people"]);
    assert!(good().read_arguments(&json!({ "people": 2 })).unwrap_err().contains("`day` is missing"));
    assert!(good().read_arguments(&json!({ "day": 7 })).unwrap_err().contains("string"));
    assert!(good().read_arguments(&Value::Null).is_err());
}

#[test]
fn only_what_was_mapped_reaches_the_model() {
    let answer = r#"{"slots": [{"at": "10:00"}], "internal": "secret"}"#;
    assert_eq!(good().read_answer(answer), json!({ "slot": "10:00" }));
    assert_eq!(good().read_answer(r#"{"slots": []}"#), json!({ "slot": null }));
    assert_eq!(good().read_answer("busy"), json!("busy"));
    let all = ActionDraft { response: vec![], ..good() };
    assert_eq!(all.read_answer(answer)["internal"], "secret");
    let long = all.read_answer(&json!({ "a": "x".repeat(9_000) }).to_string());
    assert_eq!(long.as_str().map(|s| s.chars().count()), Some(4_001));
}
