//! A template as a person would read it, filled with a made-up lead.

use std::collections::BTreeMap;

use domain::message::Channel;
use domain::template::{SAMPLES, fill};
use leptos::prelude::*;

use crate::ui::{ChannelIcon, Icon};

/// The text with the made-up lead in it.
pub fn filled(body: &str) -> String {
    let values: BTreeMap<String, String> =
        SAMPLES.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    fill(body, &values)
}

/// Characters of the filled text, and how many SMS they make: 160 alone or 153 each of the plain alphabet, 70 or 67 of any other.
pub fn segments(text: &str) -> (usize, usize) {
    const EXTENDED: &str = "^{}\\[~]|€";
    const PLAIN: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
    let is_plain = |c: char| c.is_ascii_alphanumeric() || PLAIN.contains(c);
    let (length, one, many) = if text.chars().all(|c| is_plain(c) || EXTENDED.contains(c)) {
        (text.chars().map(|c| if EXTENDED.contains(c) { 2 } else { 1 }).sum::<usize>(), 160, 153)
    } else {
        (text.encode_utf16().count(), 70, 67)
    };
    (
        length,
        if length == 0 {
            0
        } else if length <= one {
            1
        } else {
            length.div_ceil(many)
        },
    )
}

/// What the counter says under the text.
pub fn counter(channel: Channel, body: &str) -> String {
    let filled = filled(body);
    let count = filled.chars().count();
    match channel {
        Channel::Sms => match segments(&filled) {
            (length, 0 | 1) if length <= 160 => format!("{count}/160 characters, 1 SMS"),
            (_, parts) => format!("{count}/160 characters, {parts} SMS"),
        },
        Channel::Whatsapp => format!("{count}/1600 characters"),
        Channel::Voice => format!("{count}/3000 characters, about {} seconds to speak", count.div_ceil(15)),
    }
}

/// The bubble.
#[component]
pub fn Preview(
    /// Over which channel.
    #[prop(into)]
    channel: Signal<Channel>,
    /// The text with its placeholders.
    #[prop(into)]
    body: Signal<String>,
) -> impl IntoView {
    view! {
        <figure class="rounded-lg border border-line bg-surface-2 p-4">
            <figcaption class="mb-2 flex items-center gap-1.5 text-xs text-ink-3">
                {move || view! { <ChannelIcon channel=channel.get() named=true/> }}
                "as Ada Larsen gets it"
            </figcaption>
            <div class="flex items-start gap-2">
                {move || (channel.get() == Channel::Voice).then(|| view! { <span class="mt-2 text-ink-3"><Icon icon=Icon::Phone/></span> })}
                <p class="max-w-[38ch] whitespace-pre-wrap break-words rounded-xl rounded-bl-sm border border-line bg-surface px-3 py-2 text-sm text-ink">
                    {move || body.with(|b| if b.trim().is_empty() { "…".to_owned() } else { filled(b) })}
                </p>
            </div>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sms_are_counted_as_carriers_do() {
        for (text, counted) in [
            (String::new(), (0, 0)),
            ("a".repeat(160), (160, 1)),
            ("a".repeat(161), (161, 2)),
            ("€".repeat(80), (160, 1)),
            ("я".repeat(70), (70, 1)),
            ("я".repeat(71), (71, 2)),
            ("😀".repeat(35), (70, 1)),
        ] {
            assert_eq!(segments(&text), counted, "{text}");
        }
        assert_eq!(counter(Channel::Sms, "Hi {{lead.first_name}}"), "6/160 characters, 1 SMS");
        assert_eq!(counter(Channel::Sms, &"ж".repeat(80)), "80/160 characters, 2 SMS");
    }
}
