//! Settings: what is read, what is refused, what is told.

use super::*;

fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
    let problems = Config::read(&Source::of(pairs)).expect_err("this configuration should be refused");
    problems.0.into_iter().map(|p| p.field).collect()
}

const PRODUCTION: &[(&str, &str)] = &[
    ("APP_ENV", "production"),
    ("PUBLIC_URL", "https://outreach.example.com/"),
    ("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001"),
    ("TWILIO_AUTH_TOKEN", "3f1a9c"),
    ("TWILIO_FROM_NUMBER", "+14155550100"),
    ("OPENAI_API_KEY", "sk-proj-4711"),
];

fn production_with(name: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut pairs: Vec<_> = PRODUCTION.iter().copied().filter(|(n, _)| *n != name).collect();
    pairs.push((name, value));
    pairs
}

#[test]
fn nothing_set_runs_with_defaults() {
    let config = Config::read(&Source::of(&[])).expect("defaults are valid");
    assert_eq!((config.web.host.to_string().as_str(), config.web.port), ("127.0.0.1", 3000));
    assert_eq!(config.web.public_url, "http://127.0.0.1:3000");
    assert_eq!(config.database.data_dir, PathBuf::from("data"));
    assert_eq!((config.worker.concurrency, config.worker.lease_seconds), (10, 60));
    assert!(config.emulated() && config.scripted() && !config.demo_data);
}

#[test]
fn the_public_address_follows_the_port() {
    let config = Config::read(&Source::of(&[("PORT", "4000")])).expect("valid");
    assert_eq!(config.web.public_url, "http://127.0.0.1:4000");
}

#[test]
fn all_problems_are_reported_together() {
    let fields = problems(&[
        ("PORT", "many"),
        ("HOST", "nowhere"),
        ("LOG_FORMAT", "xml"),
        ("ADMIN_EMAIL", "nobody"),
        ("WORKER_CONCURRENCY", "0"),
        ("OPENAI_BASE_URL", "api.openai.com"),
        ("TWILIO_ACCOUNT_SID", "AC1"),
        ("TWILIO_SMS_FROM", "hello"),
    ]);
    let mut fields: Vec<_> = fields.iter().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "ADMIN_EMAIL",
            "HOST",
            "LOG_FORMAT",
            "OPENAI_BASE_URL",
            "PORT",
            "TWILIO_AUTH_TOKEN",
            "TWILIO_SMS_FROM",
            "WORKER_CONCURRENCY",
        ]
    );
}

#[test]
fn senders_fall_back_to_the_one_number() {
    let config =
        Config::read(&Source::of(&[("TWILIO_FROM_NUMBER", "+14155550100"), ("TWILIO_VOICE_FROM", "+14155550199")]));
    let twilio = config.expect("valid").twilio;
    assert_eq!(twilio.sms_from.as_ref().map(Phone::as_str), Some("+14155550100"));
    assert_eq!(twilio.whatsapp_from.as_ref().map(Phone::as_str), Some("+14155550100"));
    assert_eq!(twilio.voice_from.as_ref().map(Phone::as_str), Some("+14155550199"));
}

#[test]
fn a_complete_production_is_accepted() {
    let config = Config::read(&Source::of(PRODUCTION)).expect("a complete production configuration");
    assert_eq!(config.web.public_url, "https://outreach.example.com");
    assert!(!config.emulated() && !config.scripted());
}

#[test]
fn production_refuses_what_is_made_up() {
    let fields = problems(&[("APP_ENV", "production"), ("DEMO_DATA", "true")]);
    assert_eq!(fields, ["TWILIO_ACCOUNT_SID", "OPENAI_API_KEY", "PUBLIC_URL", "DEMO_DATA"]);
}

#[test]
fn production_refuses_placeholders() {
    for (name, value) in [
        ("SESSION_SECRET", "changeme"),
        ("ADMIN_PASSWORD", "your-password"),
        ("ANTHROPIC_API_KEY", "sk-ant-xxxx"),
        ("GENERIC_WEBHOOK_SECRET", "XXXXXXXX"),
        ("COMPATIBLE_API_KEY", "sk-..."),
    ] {
        assert_eq!(problems(&production_with(name, value)), [name], "{value}");
    }
}

#[test]
fn production_refuses_keys_that_can_be_guessed() {
    for name in ["SESSION_SECRET", "SECRET_KEY", "GENERIC_WEBHOOK_SECRET"] {
        assert_eq!(problems(&production_with(name, "correct horse battery")), [name]);
        let long = production_with(name, "0123456789abcdef0123456789abcdef");
        assert!(Config::read(&Source::of(&long)).is_ok(), "{name}");
    }
}

#[test]
fn a_key_of_one_letter_is_refused_wherever_it_runs() {
    for name in ["SESSION_SECRET", "SECRET_KEY"] {
        for short in ["a", "0123456789abcdef0123456789abcde", "a                                "] {
            assert_eq!(problems(&[(name, short)]), [name], "{short}");
        }
        let long = [(name, "0123456789abcdef0123456789abcdef")];
        assert!(Config::read(&Source::of(&long)).is_ok(), "{name}");
    }
}

#[test]
fn production_is_told_that_everybody_seems_to_come_from_the_proxy() {
    let told = |pairs: &[(&str, &str)]| Report::of(&Source::of(pairs)).summary().contains("TRUST_PROXY is not set");
    assert!(told(PRODUCTION));
    for said in ["true", "false"] {
        assert!(!told(&production_with("TRUST_PROXY", said)), "{said}");
    }
    assert!(!told(&[]), "a developer's machine has no proxy");
    assert!(Report::of(&Source::of(PRODUCTION)).to_string().contains("TRUST_PROXY is not set"));
}

#[test]
fn a_placeholder_counts_as_not_set() {
    let source = Source::of(&[("OPENAI_API_KEY", "sk-..."), ("TWILIO_ACCOUNT_SID", "ACxxxxxxxxxxxxxxxx")]);
    let config = Config::read(&source).expect("development takes it as missing");
    assert!(config.scripted() && config.emulated());
}

#[test]
fn the_report_says_how_each_setting_stands() {
    let source = Source::of(&[("OPENAI_API_KEY", "sk-proj-4711"), ("TWILIO_AUTH_TOKEN", "changeme"), ("PORT", " ")]);
    let report = Report::of(&source);
    assert_eq!(report.standing("OPENAI_API_KEY"), Some(Standing::Set));
    assert_eq!(report.standing("TWILIO_AUTH_TOKEN"), Some(Standing::Placeholder));
    assert_eq!(report.standing("PORT"), Some(Standing::Default));
    assert_eq!(report.standing("TWILIO_ACCOUNT_SID"), Some(Standing::Missing));
    for text in [report.to_string(), report.summary()] {
        assert!(!text.contains("4711") && !text.contains("changeme"), "{text}");
    }
}

#[test]
fn single_addresses_of_the_own_network_can_be_allowed() {
    let read = |list| Config::read(&Source::of(&[("ALLOW_PRIVATE_ADDRESSES", list)])).map(|config| config.private);
    assert_eq!(read("true").expect("valid"), channels::http::Private::Allowed);
    assert!(
        matches!(read("10.0.0.0/8, 127.0.0.1:8080").expect("valid"), channels::http::Private::Only(list) if list.len() == 2)
    );
    assert!(read("crm.internal").is_err());
}

#[test]
fn the_file_is_read_and_misspelt_names_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(".env");
    std::fs::write(&file, "EMULATOR_PACE=7\nOPENAI_KEY=abc # a slip\n").expect("written");
    let source = Source::of_process(&file).expect("readable");
    assert_eq!(Config::read(&source).expect("valid").emulator_pace, 7.0);
    assert!(Report::of(&source).to_string().contains("OPENAI_KEY"));
    std::fs::write(&file, "what is this\n").expect("written");
    assert!(Source::of_process(&file).is_err());
}

#[test]
fn the_session_secret_is_made_once_and_kept_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data").display().to_string();
    let config = Config::read(&Source::of(&[("DATA_DIR", &data)])).expect("valid");
    let first = session_secret(&config).expect("made");
    let second = session_secret(&config).expect("read");
    assert_eq!(first.expose(), second.expose());
    assert_eq!(first.expose().len(), 64);
    let mode = std::fs::metadata(folder.path().join("data/session.secret")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!format!("{config:?}{first:?}").contains(first.expose()));
}
