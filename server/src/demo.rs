//! The demo workspace: enough that a newcomer can look around and launch a campaign at once. Everything goes through `engine`, as if an
//! operator had done it. Filled once; a workspace with an agent is left alone.

mod knowledge;

use domain::agent::{AgentDraft, AgentKind, AgentStatus, ModelChoice, Provider, Tone};
use domain::campaign::CampaignDraft;
use domain::filter::Filter;
use domain::flow::starter;
use domain::lead::LeadDraft;
use domain::message::Channel;
use engine::{Cx, Engine, access};

/// Names of made-up people. Numbers are from the range that is reserved for fiction; the last digit decides how they answer.
const PEOPLE: &[[&str; 5]] = &[
    ["Ada Reyes", "Brightside Realty", "Austin", "Broker", "Real estate"],
    ["Ben Okafor", "Okafor Dental", "Denver", "Owner", "Healthcare"],
    ["Carla Nguyen", "Nguyen & Co", "Portland", "Managing Partner", "Legal services"],
    ["Dmitri Petrov", "Harbor Fitness", "Boston", "General Manager", "Fitness"],
    ["Elena Rossi", "Rossi Interiors", "Chicago", "Designer", "Interior design"],
    ["Farid Haddad", "Haddad Motors", "Phoenix", "Sales Director", "Automotive"],
    ["Grace Kim", "Kim Legal", "Seattle", "Founding Partner", "Legal services"],
    ["Hugo Martins", "Solar Martins", "San Diego", "Head of Operations", "Energy"],
    ["Iris Johansson", "Nordic Bakery", "Minneapolis", "Baker", "Food"],
    ["Jonah Clarke", "Clarke Roofing", "Nashville", "Owner", "Construction"],
    ["Kavya Iyer", "Iyer Pediatrics", "Atlanta", "Doctor", "Healthcare"],
    ["Liam Byrne", "Byrne Plumbing", "Cleveland", "Owner", "Construction"],
    ["Maya Cohen", "Cohen Studio", "Miami", "Founder", "Media"],
    ["Noah Fischer", "Fischer Garage", "Tucson", "Mechanic", "Automotive"],
    ["Olga Novak", "Novak Events", "Omaha", "Event Manager", "Hospitality"],
    ["Pablo Vega", "Vega Landscaping", "El Paso", "Foreman", "Landscaping"],
    ["Quinn Taylor", "Taylor Tutoring", "Raleigh", "Tutor", "Education"],
    ["Rosa Delgado", "Delgado Floral", "Tampa", "Florist", "Retail"],
    ["Sam Whitaker", "Whitaker Homes", "Dallas", "Agent", "Real estate"],
    ["Tara Singh", "Singh Yoga", "Oakland", "Teacher", "Fitness"],
];

/// Fills the first operator's workspace. Failures are logged: a demo must not keep the product from serving.
pub async fn fill(engine: Engine, email: String) {
    match try_fill(&engine, &email).await {
        Ok(true) => {
            println!("  Demo workspace filled: agents, templates, {} leads and a campaign to launch.", PEOPLE.len())
        }
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the demo workspace could not be filled"),
    }
}

async fn try_fill(engine: &Engine, email: &str) -> engine::Result<bool> {
    let Some(identity) = access::by_email(engine, email).await? else { return Ok(false) };
    let cx = identity.cx(engine);
    let mut tx = cx.read().await?;
    let agents = db::agents::known(&mut tx).await?;
    let leads = db::leads::list(&mut tx, &Filter::default()).await?;
    drop(tx);
    if !agents.is_empty() || leads.total > 0 {
        return Ok(false);
    }
    let mia = engine::agents::create(&cx, mia(&cx)).await?;
    knowledge::add(&cx, mia.id).await?;
    engine::agents::create(&cx, otto(&cx)).await?;
    engine::templates::add_starters(&cx).await?;
    engine::leads::bulk(&cx, people()).await?;
    let templates = templates(&cx).await?;
    let first = |channel, name: &str| templates.iter().find(|t| t.channel == channel && t.name == name).map(|t| t.id);
    if let Some(whatsapp) = first(Channel::Whatsapp, "lead_followup_en_us")
        && let Err(error) = engine::templates::submit(&cx, whatsapp).await
    {
        tracing::warn!(%error, "the demo's WhatsApp template could not be handed in");
    }
    let graph = starter::sms_whatsapp_voice(
        first(Channel::Sms, "sms_followup_1"),
        first(Channel::Whatsapp, "lead_followup_en_us"),
        first(Channel::Voice, "voice_followup"),
        Some(mia.id),
        60,
    );
    let draft = CampaignDraft { name: "Spring follow-up".into(), agent_id: Some(mia.id) };
    engine::campaigns::create(&cx, draft, Some(graph)).await?;
    Ok(true)
}

async fn templates(cx: &Cx) -> engine::Result<Vec<domain::flow::check::KnownTemplate>> {
    let mut tx = cx.read().await?;
    Ok(db::templates::known(&mut tx).await?)
}

/// The first model that can be asked for real, else the scripted one.
fn models(cx: &Cx) -> Vec<ModelChoice> {
    let scripted = ModelChoice { provider: Provider::Scripted, model: "scripted-1".into() };
    let all = cx.parts().models.available();
    let real = all.into_iter().map(|m| m.choice).find(|c| c.provider != Provider::Scripted);
    vec![real.unwrap_or(scripted)]
}

fn mia(cx: &Cx) -> AgentDraft {
    AgentDraft {
        name: "Mia".into(),
        kind: AgentKind::Reply,
        tone: Tone::Friendly,
        prompt: "You are Mia from {{workspace.name}}. You answer people who replied to our follow-up.\n\
            Goal: find a time for a short call. Ask one question at a time.\n\
            If they ask about prices or refunds, or want a person, say that a colleague will get back to them today.\n\
            Never promise discounts. Keep it short."
            .into(),
        models: models(cx),
        status: AgentStatus::Live,
        ..AgentDraft::default()
    }
}

fn otto(cx: &Cx) -> AgentDraft {
    AgentDraft {
        name: "Otto".into(),
        kind: AgentKind::Outreach,
        tone: Tone::Professional,
        prompt: "You are Otto from {{workspace.name}}. You remind {{lead.first_name}} of an appointment and help to move it if needed."
            .into(),
        models: models(cx),
        ..AgentDraft::default()
    }
}

fn people() -> Vec<LeadDraft> {
    PEOPLE
        .iter()
        .enumerate()
        .map(|(i, [name, company, location, title, industry])| LeadDraft {
            name: (*name).into(),
            phone: Some(format!("+1415555{:04}", 100 + i)),
            email: Some(format!("{}@example.com", name.to_lowercase().replace(' ', "."))),
            company: (*company).into(),
            title: (*title).into(),
            industry: (*industry).into(),
            location: (*location).into(),
            source: "demo".into(),
            consent: true,
            consent_source: "demo form".into(),
            ..LeadDraft::default()
        })
        .collect()
}
