//! What an operator might answer to each intent: a first draft and an alternative, to be edited before it is sent.

use super::Intent;
use crate::words::Language;

/// The suggestions for an intent, the best first; none where nothing should be answered.
pub(super) fn replies(intent: Intent, language: Language) -> Vec<String> {
    let texts: &[&str] = match (intent, language) {
        (Intent::MeetingRequest, Language::German) => &[
            "Sehr gern. Welcher Tag und welche Uhrzeit passen Ihnen?",
            "Gern. Passt Ihnen ein kurzes Telefonat diese Woche?",
        ],
        (Intent::MeetingRequest, _) => {
            &["Gladly. Which day and time suit you best?", "With pleasure. Would a short call this week suit you?"]
        }
        (Intent::Interested, Language::German) => &[
            "Das freut mich. Was möchten Sie als Erstes wissen?",
            "Sehr gern. Darf ich Ihnen die Einzelheiten schicken?",
        ],
        (Intent::Interested, _) => {
            &["Glad to hear it. What would you like to know first?", "Gladly. May I send you the details?"]
        }
        (Intent::Question, Language::German) => &[
            "Gute Frage. Ich sehe nach und melde mich gleich.",
            "Danke für die Frage. Können Sie mir etwas mehr dazu sagen?",
        ],
        (Intent::Question, _) => &[
            "Good question. Let me check, and I will answer shortly.",
            "Thank you for asking. Could you tell me a little more?",
        ],
        (Intent::NotInterested, Language::German) => &[
            "Danke für die Rückmeldung. Ich werde nicht weiter nachfragen.",
            "Verstanden. Darf ich fragen, was nicht passt?",
        ],
        (Intent::NotInterested, _) => {
            &["Thank you for telling me. I will not ask again.", "Understood. May I ask what does not fit?"]
        }
        (Intent::Unsubscribe | Intent::OutOfOffice | Intent::AutoReply, _) => &[],
    };
    texts.iter().map(|text| (*text).to_owned()).collect()
}
