//! Rules of `domain` held against libraries and data that nobody here wrote (docs/TESTING.md).

use domain::phone::Phone;
use judges::Judge;
use serde_json::json;

/// Google's own library makes numbers of 60 countries, writes each in a way that people do, and says what it reads.
#[test]
fn phone_numbers_judged_by_googles_library() {
    let Some(answer) = judges::python("phone_numbers.py", &json!({ "seed": 7, "cases": judges::cases(1_000, 5_000) }))
    else {
        return;
    };
    let mut judge = Judge::new(format!("phone numbers by phonenumbers {}", answer["version"].as_str().unwrap()));
    for case in answer["cases"].as_array().unwrap() {
        let (text, code) = (case["text"].as_str().unwrap(), u32::try_from(case["code"].as_u64().unwrap()).unwrap());
        let theirs = case["number"].as_str().unwrap_or("refused").to_owned();
        let ours = Phone::typed(text, code).map_or_else(|_| "refused".to_owned(), String::from);
        let decision = match (ours.as_str(), theirs.as_str()) {
            ("refused", _) if case["extension"].as_bool() == Some(true) => Some("No extensions"),
            (ours, theirs) if ours.starts_with("+52") && (theirs.starts_with("+521") || theirs == "refused") => {
                Some("Numbers of today")
            }
            (ours, theirs) if ours.starts_with("+55") && theirs.len() + 1 == ours.len() => Some("Numbers of today"),
            (ours, _) if text.starts_with(&code.to_string()) && ours.strip_prefix('+') == Some(text) => {
                Some("A mobile number with its calling code")
            }
            ("refused", _) if text.contains(" or ") => Some("One number a field"),
            _ => None,
        };
        judge.case(&format!("{text} ({code})"), &ours, &theirs, decision);
    }
    judge.finish();
}
