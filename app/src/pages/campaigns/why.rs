//! What a campaign waits for and what stopped, as sentences. Plain functions over what the server counted.

use chrono::{DateTime, Utc};
use domain::campaign::CampaignStatus;
use domain::gate::Rule;
use serde::{Deserialize, Serialize};

use super::api::CampaignData;
use crate::ui::{Icon, Tone};

/// Unfinished runs in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The word of the state.
    pub status: String,
    /// How many.
    pub runs: i64,
    /// When the first of them goes on by itself.
    pub next_at: Option<DateTime<Utc>>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// How serious it is.
    pub tone: Tone,
    /// Its picture.
    pub icon: Icon,
    /// A whole sentence.
    pub sentence: String,
    /// When it ends by itself.
    pub next_at: Option<DateTime<Utc>>,
}

/// So many people, in words.
pub fn people(n: i64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}

/// Why messages with this word, or with this sentence of the provider, did not go out.
pub fn refusal(why: &str) -> String {
    match why.parse::<Rule>() {
        Ok(rule) => rule.sentence().to_owned(),
        Err(_) if why == "failed" => "The provider refused it; the conversation says why.".to_owned(),
        Err(_) => why.to_owned(),
    }
}

/// What a campaign waits for, the most important first.
pub fn reasons(data: &CampaignData) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut add = |tone, icon, sentence: String, next_at| reasons.push(Reason { tone, icon, sentence, next_at });
    match data.campaign.status {
        CampaignStatus::Draft => add(
            Tone::Info,
            Icon::Edit,
            "It was not launched yet, and nobody is messaged before that. Launching checks the flow first and says what is missing.".into(),
            None,
        ),
        CampaignStatus::Paused => add(
            Tone::Warn,
            Icon::Pause,
            "It is paused. Nothing is sent; waits go on, and messages that come due are held until you resume.".into(),
            None,
        ),
        CampaignStatus::Completed => add(
            Tone::Good,
            Icon::Flag,
            "Everybody has come to an end. Launch again to take in more people.".into(),
            None,
        ),
        CampaignStatus::Active if data.progress.enrolled == 0 => {
            add(Tone::Warn, Icon::Users, "It runs, but nobody is in it. Add people.".into(), None);
        }
        CampaignStatus::Active => {}
    }
    for wait in data.waits.iter().filter(|_| data.campaign.status != CampaignStatus::Draft) {
        let who = people(wait.runs);
        let (icon, sentence) = match wait.status.as_str() {
            "waiting_reply" => (Icon::Message, format!("{who} may still answer before the flow goes on.")),
            "waiting_time" => (Icon::Clock, format!("A wait holds {who}.")),
            "waiting_webhook" => (Icon::Webhook, format!("Another system was called for {who}.")),
            "sending" => (Icon::Send, format!("A message or a call to {who} is on its way or held.")),
            "ready" => (Icon::Play, format!("The next step is about to be taken for {who}.")),
            _ => continue,
        };
        add(Tone::Info, icon, sentence, wait.next_at);
    }
    if data.progress.in_doubt > 0 {
        let sentence = format!(
            "Of {} messages the provider never said what became of them. They are not sent again; look at the conversations.",
            data.progress.in_doubt
        );
        add(Tone::Warn, Icon::Help, sentence, None);
    }
    if let (n @ 1.., why) = &data.webhooks_failed {
        let why = why.as_ref().map_or(String::new(), |why| format!(" The last time: {why}."));
        let sentence = format!(
            "Another system could not be reached for {}.{why} Whoever came there went on by the exit “failed”, or stopped where none is drawn.",
            people(*n)
        );
        add(Tone::Bad, Icon::Webhook, sentence, None);
    }
    for (word, n) in &data.refusals {
        // Held messages are what a pause is for; the line above says it.
        if word != Rule::CampaignPaused.as_str() {
            add(Tone::Bad, Icon::Ban, format!("{n} not sent: {}", refusal(word)), None);
        }
    }
    reasons
}

/// How a run ended, for people.
pub fn outcome(word: &str) -> String {
    match word {
        "completed" => "Came to the end".to_owned(),
        "opted_out" => "Opted out".to_owned(),
        "handed_to_agent" => "Handed to the agent".to_owned(),
        "taken_over" => "Taken over by a human".to_owned(),
        "held_elsewhere" => "A human talks with them on another channel".to_owned(),
        "waits_for_human" => "They wait for a human".to_owned(),
        "not_sent" => "Could not be sent".to_owned(),
        "no_answer" => "Did not take the call".to_owned(),
        "busy" => "Was engaged when called".to_owned(),
        "voicemail" => "A machine took the call".to_owned(),
        "webhook_failed" => "The webhook failed".to_owned(),
        "too_many_messages" => "Had as many messages as one person may get".to_owned(),
        "too_many_steps" => "Went round too often".to_owned(),
        "broken_flow" => "The flow was broken".to_owned(),
        "campaign_completed" => "The campaign was completed".to_owned(),
        "lead_deleted" => "The lead was deleted".to_owned(),
        "campaign_deleted" => "The campaign was deleted".to_owned(),
        other => {
            let mut words = other.replace('_', " ");
            if let Some(first) = words.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            words
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::campaign::{Campaign, Progress};
    use domain::id::{CampaignId, FlowId};

    use super::*;

    fn data(status: CampaignStatus) -> CampaignData {
        let at = DateTime::UNIX_EPOCH;
        CampaignData {
            campaign: Campaign {
                id: CampaignId::new(uuid::Uuid::nil()),
                name: "Spring".into(),
                status,
                agent_id: None,
                flow_id: FlowId::new(uuid::Uuid::nil()),
                flow_version_id: None,
                created_at: at,
                updated_at: at,
                started_at: None,
            },
            agent: None,
            progress: Progress { enrolled: 3, running: 3, ..Progress::default() },
            steps: vec![],
            nodes: vec![],
            calls: vec![],
            waits: vec![Wait { status: "waiting_reply".into(), runs: 3, next_at: Some(at) }],
            refusals: vec![("no_consent".into(), 2), ("campaign_paused".into(), 1)],
            webhooks_failed: (0, None),
            edited: false,
            advice: None,
        }
    }

    #[test]
    fn every_state_says_what_it_waits_for() {
        let said = |status| reasons(&data(status)).into_iter().map(|r| r.sentence).collect::<Vec<_>>().join(" | ");
        let active = said(CampaignStatus::Active);
        assert!(
            active.contains("3 people may still answer") && active.contains("2 not sent: There is no consent"),
            "{active}"
        );
        assert!(!active.contains("paused"), "{active}");
        assert!(said(CampaignStatus::Paused).starts_with("It is paused"));
        assert!(!said(CampaignStatus::Draft).contains("may still answer"));
        let cut = CampaignData {
            webhooks_failed: (23, Some("the address answered with status 500".into())),
            ..data(CampaignStatus::Completed)
        };
        let cut: Vec<_> = reasons(&cut).into_iter().map(|r| r.sentence).collect();
        assert!(
            cut.iter().any(|s| s.contains("could not be reached for 23 people. The last time: the address answered")),
            "{cut:?}"
        );
        let empty = CampaignData { progress: Progress::default(), waits: vec![], ..data(CampaignStatus::Active) };
        assert!(reasons(&empty)[0].sentence.contains("nobody is in it"));
    }
}
