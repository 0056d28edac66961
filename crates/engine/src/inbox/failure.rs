//! Why a message or a call did not arrive: the provider's words and numbers as sentences that say what to do.

/// A provider's word or code for a failure, for people.
pub(super) fn sentence(code: &str) -> String {
    match code {
        "busy" => "The line was busy.".into(),
        "no-answer" => "Nobody took the call.".into(),
        "canceled" => "The call was cancelled before anybody took it.".into(),
        "failed" => "The carrier could not deliver it and gave no reason.".into(),
        "undelivered" => "The carrier took it but could not deliver it, and gave no reason.".into(),
        "30001" => "Too many messages were waiting at the carrier (error 30001). Try again later.".into(),
        "30002" => "The provider's account is suspended (error 30002). Look there.".into(),
        "30003" => "The phone is switched off or out of reach (error 30003).".into(),
        "30004" => "The person or their carrier blocks messages from us (error 30004).".into(),
        "30005" => "This number is not in use (error 30005). Check it.".into(),
        "30006" => "This is a landline, or a carrier that takes no text messages (error 30006). Call instead.".into(),
        "30007" => "The carrier filtered the message as unwanted (error 30007). Word it differently.".into(),
        "30008" => "The carrier could not deliver it and gave no reason (error 30008).".into(),
        "30034" => {
            "Our number is not registered for texting in the US (error 30034). Register it at the provider.".into()
        }
        "21211" | "21614" => format!("This is no number that can get text messages (error {code}). Check it."),
        "21408" => "The provider does not send to this country (error 21408). Allow it there.".into(),
        "21610" => "They asked us to stop (error 21610). Nothing is sent until they write START.".into(),
        "63003" | "63024" => format!("This number has no WhatsApp (error {code}). Use another channel."),
        "63016" => "WhatsApp's 24-hour window was closed (error 63016). Use an approved template.".into(),
        code if code.bytes().all(|b| b.is_ascii_digit()) => {
            format!("The carrier could not deliver it (error {code}). The provider's help pages explain the number.")
        }
        _ => "The carrier could not deliver it.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn every_failure_has_a_sentence_and_none_shows_the_providers_word() {
        for (code, part) in [
            ("failed", "gave no reason"),
            ("30003", "switched off"),
            ("30006", "Call instead"),
            ("21610", "asked us to stop"),
            ("63016", "approved template"),
            ("39999", "error 39999"),
            ("some-word", "could not deliver"),
        ] {
            let said = sentence(code);
            assert!(said.contains(part) && said.ends_with('.'), "{code}: {said}");
            assert!(!said.contains("error failed") && !said.contains("some-word"), "{said}");
        }
    }
}
