//! Drafts with the scripted model against a real database.

use domain::access::Role;
use domain::agent::{AgentDraft, Provider, Tone};
use domain::content::{Detail, Form};
use domain::guardrail::Rule;
use domain::id::LeadId;
use domain::lead::LeadDraft;
use domain::skill::Guardrails;
use sqlx::PgPool;

use super::*;
use crate::intake::{Desk, desk};
use crate::{agents, leads};

async fn agent(desk: &Desk, model: ModelChoice) -> AgentId {
    let draft = AgentDraft {
        name: "Mia".into(),
        prompt: "Be kind.".into(),
        models: vec![model],
        guardrails: Guardrails { never_say: vec!["cheap".into()], ..Guardrails::default() },
        daily_budget_micros: Some(Micros(1)),
        ..AgentDraft::default()
    };
    agents::create(&desk.cx, draft).await.unwrap().id
}

fn scripted(model: &str) -> ModelChoice {
    ModelChoice { provider: Provider::Scripted, model: model.into() }
}

async fn ada(desk: &Desk) -> LeadId {
    let draft = LeadDraft {
        name: "Ada Larsen".into(),
        phone: Some("+14155550101".into()),
        company: "Larsen Homes, Inc.".into(),
        title: "Owner".into(),
        industry: "Real estate".into(),
        ..LeadDraft::default()
    };
    leads::create(&desk.cx, draft).await.unwrap().id
}

fn ask(lead_id: LeadId, form: Form, purpose: &str) -> ContentAsk {
    ContentAsk { lead_id, form, purpose: purpose.into(), conversation_id: None }
}

fn broken(written: &Written) -> Vec<Rule> {
    written.verdicts.iter().filter(|verdict| !verdict.passed).map(|verdict| verdict.rule).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_form_is_written_for_the_person_and_booked(pool: PgPool) {
    let desk = desk(&pool).await;
    let (mia, ada) = (agent(&desk, scripted("scripted-1")).await, ada(&desk).await);
    for form in Form::ALL.iter().copied() {
        let written = write(&desk.cx, mia, ask(ada, form, "Invite them to our open house")).await.unwrap();
        assert!(written.usable && written.draft.form() == form, "{written:?}");
        assert!(written.text.contains("Ada") && written.text.contains("open house"), "{written:?}");
        assert_eq!(written.tone, Tone::Direct, "owners have little time");
        assert!(written.why.contains("title: Owner"), "{written:?}");
        assert!(written.personalisation.used.contains(&Detail::Name) && written.personalisation.score >= 0.3);
    }
    let mail = write(&desk.cx, mia, ask(ada, Form::Email, "Invite them to our open house")).await.unwrap();
    assert!(mail.text.contains("Dear Ada,") && mail.text.ends_with("Kind regards\nMia\nTest"), "{mail:?}");
    assert!((mail.personalisation.score - 1.0).abs() < 1e-9, "{mail:?}");
    let rows: i64 =
        sqlx::query_scalar("select count(*) from llm_requests where purpose = 'content' and outcome = 'ok'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(rows, 7);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_draft_that_breaks_a_rule_is_shown_and_may_not_be_used(pool: PgPool) {
    let desk = desk(&pool).await;
    let (mia, ada) = (agent(&desk, scripted("scripted-1")).await, ada(&desk).await);
    let endless = format!("Invite them to {}", "the house and the garden and ".repeat(12));
    for (purpose, rule) in [
        ("Tell them our plans start at $49 a month", Rule::Prices),
        ("Tell them that we guarantee a sale", Rule::Promises),
        ("Tell them it is cheap", Rule::NeverSay),
        (endless.as_str(), Rule::Length),
    ] {
        let written = write(&desk.cx, mia, ask(ada, Form::Sms, purpose)).await.unwrap();
        assert!(!written.usable && broken(&written) == [rule], "{purpose}: {written:?}");
        assert!(!written.text.is_empty() && written.text.chars().count() <= 160, "{written:?}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn who_may_not_or_cannot_is_told_why(pool: PgPool) {
    let desk = desk(&pool).await;
    let (mia, ada) = (agent(&desk, scripted("scripted-1")).await, ada(&desk).await);
    let hello = || ask(ada, Form::Sms, "Say hello");
    let viewer = write(&desk.acting(Role::Viewer), mia, hello()).await;
    assert!(matches!(viewer, Err(Error::Forbidden(_))), "{viewer:?}");
    assert!(matches!(write(&desk.elsewhere().await, mia, hello()).await, Err(Error::NotFound)));
    let nothing = write(&desk.cx, mia, ask(ada, Form::Sms, " ")).await;
    assert!(matches!(&nothing, Err(Error::Invalid(problems)) if problems.of("purpose").is_some()), "{nothing:?}");

    let draft = |name: &str, model| AgentDraft {
        name: name.into(),
        models: vec![model],
        daily_budget_micros: Some(Micros(1)),
        ..AgentDraft::default()
    };
    let broke = ModelChoice { provider: Provider::OpenAi, model: "gpt-4.1-mini".into() };
    let broke = agents::create(&desk.cx, draft("Ben", broke)).await.unwrap().id;
    let used_up = write(&desk.cx, broke, hello()).await;
    assert!(matches!(&used_up, Err(Error::Conflict(why)) if why.contains("budget is used up")), "{used_up:?}");
    let failing = agents::create(&desk.cx, draft("Cy", scripted("scripted-fail"))).await.unwrap().id;
    let failed = write(&desk.cx, failing, hello()).await;
    assert!(matches!(&failed, Err(Error::Refused(why)) if why.contains("always fails")), "{failed:?}");

    sqlx::query("update leads set status = 'opted_out'").execute(&pool).await.unwrap();
    assert!(matches!(write(&desk.cx, mia, hello()).await, Err(Error::Conflict(_))));
}
