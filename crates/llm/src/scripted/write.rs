//! How the scripted model writes to a person: what it is told about them, put into a few set sentences. Pure.

use serde_json::{Map, Value};

use super::script;

/// What a purpose begins with when it tells the writer what to do.
const WISHES: &[&str] = &[
    "invite",
    "ask",
    "tell",
    "remind",
    "offer",
    "thank",
    "show",
    "introduce",
    "inform",
    "follow",
    "propose",
    "suggest",
    "share",
    "welcome",
    "congratulate",
    "give",
    "help",
    "say",
];

/// The name that the schema of a draft begins with.
const DRAFT: &str = "draft_";

/// A draft in the shape that is wanted, when one is.
pub(super) fn draft(name: &str, schema: &Value, said: &str) -> Option<Value> {
    let form = name.strip_prefix(DRAFT)?;
    let material: Value = serde_json::from_str(said).ok()?;
    let written = Written::of(&material);
    let fields = schema["properties"].as_object()?.keys();
    Some(Value::Object(fields.map(|field| (field.clone(), written.field(form, field).into())).collect::<Map<_, _>>()))
}

/// The sentences that drafts are made of.
struct Written {
    hello: String,
    about: String,
    company: String,
    role: String,
    answer: Option<String>,
}

impl Written {
    fn of(material: &Value) -> Self {
        let known = |name: &str| material["person"][name].as_str().unwrap_or_default();
        let first = known("name").split_whitespace().next();
        let last = material["conversation"].as_array().and_then(|all| all.last());
        let asked = last.filter(|message| message["by"] == "person").and_then(|message| message["text"].as_str());
        let purpose = material["purpose"].as_str().unwrap_or_default();
        let role = match (known("title"), known("industry")) {
            ("", "") => String::new(),
            (title, "") => format!(" As {title} you know best whether it fits."),
            ("", industry) => format!(" People in {industry} often ask us about it."),
            (title, industry) => {
                format!(" People in {industry} often ask us about it, and as {title} you know best whether it fits.")
            }
        };
        Self {
            hello: first.map_or("Hello".to_owned(), |first| format!("Hi {first}")),
            about: about(purpose),
            company: Some(known("company").trim_end_matches('.'))
                .filter(|company| !company.is_empty())
                .map(|company| format!(" It may suit {company}."))
                .unwrap_or_default(),
            role,
            // With nothing else to go by, it answers as it would in the conversation.
            answer: asked
                .filter(|_| purpose.to_lowercase().starts_with("answer "))
                .map(|asked| script::line(&asked.to_lowercase(), first).0),
        }
    }

    fn field(&self, form: &str, field: &str) -> String {
        let Self { hello, about, company, role, answer } = self;
        match (field, answer) {
            ("subject", _) => "A short question".to_owned(),
            ("body", Some(answer)) | ("text", Some(answer)) => answer.clone(),
            ("body", None) => {
                let about = capital(about);
                format!("{about}.{company}{role}\n\nDo you have ten minutes this week for a short call?")
            }
            ("text", None) if matches!(form, "sms" | "linkedin_note") => {
                format!("{hello}, {about}.{company} Shall I send you more?")
            }
            ("text", None) => format!("{hello}, {about}.{company}{role} Shall I send you more?"),
            ("opening", Some(answer)) => answer.clone(),
            ("opening", None) => format!("{hello}, {about}."),
            ("value_prop", _) if company.is_empty() && role.is_empty() => "It takes little of your time.".to_owned(),
            ("value_prop", _) => format!("{company}{role}").trim().to_owned(),
            _ => "Do you have ten minutes this week for a short call?".to_owned(),
        }
    }
}

/// A purpose as the person is told it: `Invite them to our fair.` is `I would like to invite you to our fair`.
fn about(purpose: &str) -> String {
    let purpose = purpose.trim().trim_end_matches(['.', '!']);
    let words = purpose.split(' ').map(|word| match word.to_lowercase().as_str() {
        "them" | "they" => "you",
        "their" => "your",
        _ => word,
    });
    let said = words.collect::<Vec<_>>().join(" ");
    let (first, rest) = said.split_once(' ').unwrap_or((said.as_str(), ""));
    let lower = first.to_lowercase();
    if WISHES.contains(&lower.as_str()) {
        return format!("I would like to {lower} {rest}").trim_end().to_owned();
    }
    let is_plain = ["our", "the", "a", "an", "your", "how", "why"].contains(&lower.as_str());
    let first = if is_plain { lower.as_str() } else { first };
    format!("I am writing about {first} {rest}").trim_end().to_owned()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema(fields: &[&str]) -> Value {
        json!({ "properties": fields.iter().map(|f| ((*f).to_owned(), json!({}))).collect::<Map<_, _>>() })
    }

    #[test]
    fn a_draft_uses_what_is_known() {
        let person =
            json!({ "name": "Ada Larsen", "company": "Larsen Homes", "title": "Owner", "industry": "Real estate" });
        let said = json!({ "purpose": "Invite them to their fair.", "person": person, "conversation": [] }).to_string();
        let sms = draft("draft_sms", &schema(&["text"]), &said).unwrap();
        assert_eq!(
            sms["text"],
            "Hi Ada, I would like to invite you to your fair. It may suit Larsen Homes. Shall I send you more?"
        );
        let mail = draft("draft_email", &schema(&["subject", "body"]), &said).unwrap();
        let body = mail["body"].as_str().unwrap();
        assert!(body.starts_with("I would like") && body.contains("Real estate") && body.contains("Owner"), "{body}");
        let bare = json!({ "purpose": "Our new opening hours", "person": {}, "conversation": [] }).to_string();
        let sms = draft("draft_sms", &schema(&["text"]), &bare).unwrap();
        assert_eq!(sms["text"], "Hello, I am writing about our new opening hours. Shall I send you more?");
        assert!(
            draft("opinion", &schema(&["text"]), &said).is_none()
                && draft("draft_sms", &schema(&["text"]), "Hi").is_none()
        );
    }

    #[test]
    fn without_another_purpose_it_answers() {
        let said = json!({
            "purpose": "Answer their last message.",
            "person": { "name": "Ada" },
            "conversation": [{ "by": "us", "text": "Hi" }, { "by": "person", "text": "When are you open?" }],
        });
        let sms = draft("draft_sms", &schema(&["text"]), &said.to_string()).unwrap();
        assert!(sms["text"].as_str().is_some_and(|text| text.contains("Monday to Friday")), "{sms}");
    }
}
