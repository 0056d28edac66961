//! May this send happen now? The rules of the send gate, as a pure function over facts that `engine::send` gathers in the
//! transaction of the send. The verdict is stored on the message: why something was not sent is as visible as what was.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::campaign::CampaignStatus;
use crate::closed_list;
use crate::conversation::Owner;
use crate::lead::LeadStatus;
use crate::message::{Author, Channel};
use crate::phone::Phone;
use crate::template::TemplateState;

/// How long after a person's last WhatsApp message free text may be sent (Twilio error 63016).
pub const WHATSAPP_WINDOW_HOURS: i64 = 24;

closed_list! {
    /// What the gate says.
    pub enum Decision {
        /// Send.
        Allow = "allow",
        /// Not now; ask again later.
        Hold = "hold",
        /// Never.
        Block = "block",
    }
}

closed_list! {
    /// The rules, each a word that stays the same for ever: verdicts are stored.
    pub enum Rule as GateRule {
        /// The person asked us to stop.
        OptedOut = "opted_out",
        /// The number is on the suppression list.
        Suppressed = "suppressed",
        /// A US number needs consent on record (TCPA).
        NoConsent = "no_consent",
        /// The lead was deleted.
        LeadGone = "lead_gone",
        /// There is no number to send to.
        NoAddress = "no_address",
        /// We have no number of our own for this channel.
        NoSender = "no_sender",
        /// The WhatsApp template is not approved.
        TemplateNotApproved = "template_not_approved",
        /// Free text on WhatsApp outside the 24-hour window.
        OutsideWindow = "outside_window",
        /// The campaign is paused.
        CampaignPaused = "campaign_paused",
        /// The campaign is over or gone.
        CampaignOver = "campaign_over",
        /// A human took the conversation over.
        TakenOver = "taken_over",
        /// A human talks with the person on another channel.
        HeldElsewhere = "held_elsewhere",
        /// The person was promised a human, on any channel.
        WaitsForHuman = "waits_for_human",
        /// There is nothing to say.
        EmptyBody = "empty_body",
        /// Longer than the channel takes.
        TooLong = "too_long",
    }
}

impl Rule {
    /// What a broken rule means, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OptedOut => "The person asked us to stop. Nothing may be sent until they write START.",
            Self::Suppressed => "The person asked not to be reached at this number over this channel.",
            Self::NoConsent => {
                "There is no consent on record, and US numbers need it. Record the consent on the lead first."
            }
            Self::LeadGone => "The lead was deleted.",
            Self::NoAddress => "The lead has no phone number.",
            Self::NoSender => "There is no number of ours for this channel. Set one in the settings.",
            Self::TemplateNotApproved => "WhatsApp has not approved the template.",
            Self::OutsideWindow => {
                "WhatsApp allows free text only within 24 hours of the person's last message. Use an approved template."
            }
            Self::CampaignPaused => "The campaign is paused; this goes out when it is resumed.",
            Self::CampaignOver => "The campaign is over.",
            Self::TakenOver => "A human took the conversation over first.",
            Self::HeldElsewhere => "A human talks with the person on another channel.",
            Self::WaitsForHuman => "The person waits for a human. Answer them first, or return them to the AI.",
            Self::EmptyBody => "There is no text to send.",
            Self::TooLong => "The text is longer than the channel takes.",
        }
    }

    /// What it leads to.
    fn decision(self) -> Decision {
        match self {
            Self::CampaignPaused => Decision::Hold,
            _ => Decision::Block,
        }
    }
}

/// What is known at the moment of sending.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Over which channel.
    pub channel: Channel,
    /// Who wrote it.
    pub author: Author,
    /// The text.
    pub body: String,
    /// The person's number, if they have one.
    pub to: Option<Phone>,
    /// Whether we have a number of our own for the channel.
    pub has_sender: bool,
    /// Whether the lead was deleted.
    pub lead_deleted: bool,
    /// Where the lead stands.
    pub lead_status: LeadStatus,
    /// Whether consent is on record.
    pub consent: bool,
    /// Whether the number is suppressed in this workspace.
    pub suppressed: bool,
    /// The template's state, when there is a template.
    pub template: Option<TemplateState>,
    /// When the person last wrote on this channel.
    pub last_inbound_at: Option<DateTime<Utc>>,
    /// The campaign's state, when it belongs to one; `None` inside when it is gone.
    pub campaign: Option<Option<CampaignStatus>>,
    /// Who holds the conversation now.
    pub owner: Owner,
    /// Whether the owner changed since this was written.
    pub owner_changed: bool,
    /// Whether a human holds another open conversation with the person.
    pub held_elsewhere: bool,
    /// Whether an open conversation with the person, on any channel, waits for a human.
    pub waits_for_human: bool,
}

/// What the gate said, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// The strictest of the reasons' consequences.
    pub decision: Decision,
    /// Every broken rule, in the order of the list.
    pub reasons: Vec<Rule>,
    /// When it was asked.
    pub at: DateTime<Utc>,
}

impl Verdict {
    /// The reasons as sentences for people.
    pub fn sentences(&self) -> String {
        self.reasons.iter().map(|r| r.sentence()).collect::<Vec<_>>().join(" ")
    }
}

/// Applies every rule. All reasons are collected, so that an operator sees them at once and not one after another.
pub fn decide(facts: &Facts, now: DateTime<Utc>) -> Verdict {
    let mut reasons = Vec::new();
    let mut when = |broken: bool, rule: Rule| {
        if broken {
            reasons.push(rule);
        }
    };
    let window_open = facts.last_inbound_at.is_some_and(|at| now - at < Duration::hours(WHATSAPP_WINDOW_HOURS));
    when(facts.lead_status == LeadStatus::OptedOut, Rule::OptedOut);
    when(facts.suppressed, Rule::Suppressed);
    // Answering somebody who wrote to us is not a solicitation; everything we begin is.
    let solicited = matches!(facts.author, Author::Agent | Author::Operator) && facts.last_inbound_at.is_some();
    when(facts.to.as_ref().is_some_and(Phone::is_us) && !facts.consent && !solicited, Rule::NoConsent);
    when(facts.lead_deleted, Rule::LeadGone);
    when(facts.to.is_none(), Rule::NoAddress);
    when(!facts.has_sender, Rule::NoSender);
    if facts.channel == Channel::Whatsapp {
        when(facts.template.is_some_and(|state| state != TemplateState::Approved), Rule::TemplateNotApproved);
        when(facts.template.is_none() && !window_open, Rule::OutsideWindow);
    }
    when(facts.campaign == Some(Some(CampaignStatus::Paused)), Rule::CampaignPaused);
    when(
        matches!(facts.campaign, Some(None | Some(CampaignStatus::Draft | CampaignStatus::Completed))),
        Rule::CampaignOver,
    );
    // A human's own message is why the owner changed; everybody else has to be silent then.
    when(facts.author != Author::Operator && (facts.owner == Owner::Human || facts.owner_changed), Rule::TakenOver);
    when(facts.author != Author::Operator && facts.held_elsewhere, Rule::HeldElsewhere);
    // The agent's own words are the holding text; a campaign knows nothing of what was asked.
    when(facts.author == Author::Campaign && facts.waits_for_human, Rule::WaitsForHuman);
    when(facts.body.trim().is_empty(), Rule::EmptyBody);
    when(facts.body.chars().count() as u64 > u64::from(facts.channel.max_chars()), Rule::TooLong);

    let decisions: Vec<Decision> = reasons.iter().map(|r| r.decision()).collect();
    let decision = if decisions.contains(&Decision::Block) {
        Decision::Block
    } else if decisions.contains(&Decision::Hold) {
        Decision::Hold
    } else {
        Decision::Allow
    };
    Verdict { decision, reasons, at: now }
}
