//! The templates that a new workspace begins with (spec CHN-21). WhatsApp takes no text that begins or ends with a placeholder.

use domain::message::Channel;
use domain::template::TemplateDraft;

const STARTERS: &[(&str, Channel, &str)] = &[
    (
        "appointment_reminder_en_us",
        Channel::Whatsapp,
        "Hi {{lead.first_name}}, this is {{agent.name}} from {{workspace.name}}. A short reminder of your appointment about \
         {{campaign.name}} in {{lead.location}}. We have {{lead.phone}} as your number. Reply YES to confirm, or tell us a time that \
         suits you better.",
    ),
    (
        "lead_followup_en_us",
        Channel::Whatsapp,
        "Hi {{lead.first_name}}, {{agent.name}} here. We tried to reach you about your request. Is this still of interest? Just reply \
         here, or write STOP and we will not message you again.",
    ),
    (
        "open_house_invite_en_us",
        Channel::Whatsapp,
        "Hello {{lead.first_name}}, {{workspace.name}} invites you to our open house in {{lead.location}}. {{agent.name}} will show you \
         around and answer your questions about {{campaign.name}}. Reply YES to save your place, or STOP to hear no more from us.",
    ),
    (
        "sms_followup_1",
        Channel::Sms,
        "Hi {{lead.first_name}}, {{agent.name}} from {{workspace.name}}. Do you have 5 minutes this week? Reply here. STOP to opt out.",
    ),
    (
        "sms_lead_fast",
        Channel::Sms,
        "Hi {{lead.first_name}}, thanks for your request! {{agent.name}} here: when may we call you today? Reply STOP to opt out.",
    ),
    (
        "voice_appointment_confirm",
        Channel::Voice,
        "Hello {{lead.first_name}}, this is {{agent.name}} calling from {{workspace.name}} about your appointment. Press 1 to confirm it. \
         Press 9 if you do not want to be called again.",
    ),
    (
        "voice_followup",
        Channel::Voice,
        "Hello {{lead.first_name}}, this is {{agent.name}} from {{workspace.name}}. You asked us for information. Press 1 if it is \
         still of interest. Press 9 if you do not want to be called again.",
    ),
];

/// The starter templates, as drafts.
pub fn starters() -> Vec<TemplateDraft> {
    let draft = |(name, channel, body): &(&str, Channel, &str)| TemplateDraft {
        name: (*name).to_owned(),
        channel: *channel,
        language: "en_US".to_owned(),
        body: (*body).to_owned(),
    };
    STARTERS.iter().map(draft).collect()
}

#[cfg(test)]
mod tests {
    use domain::template::placeholders;

    use super::*;

    #[test]
    fn starters_can_be_saved_and_have_the_variables_that_the_specification_names() {
        let count = |name: &str| {
            let found = starters().into_iter().find(|d| d.name == name).expect("a starter");
            placeholders(&found.body).len()
        };
        assert_eq!(count("appointment_reminder_en_us"), 6);
        assert_eq!(count("lead_followup_en_us"), 2);
        assert_eq!(count("open_house_invite_en_us"), 5);
        assert_eq!(starters().len(), 7);
        for draft in starters() {
            assert!(draft.check().is_empty(), "{}: {}", draft.name, draft.check());
            assert!(!draft.body.starts_with("{{") && !draft.body.ends_with("}}"), "{}", draft.name);
            if draft.channel == Channel::Sms {
                assert!(draft.body.chars().count() <= 160, "{}", draft.name);
            }
        }
    }
}
