//! A template as a person would read it, filled with a made-up lead.

use std::collections::BTreeMap;

use domain::message::Channel;
use domain::segments::cut;
use domain::template::{SAMPLES, fill};
use leptos::prelude::*;

use crate::ui::{ChannelIcon, Icon};

/// The text with the made-up lead in it.
pub fn filled(body: &str) -> String {
    let values: BTreeMap<String, String> =
        SAMPLES.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    fill(body, &values)
}

/// What the counter says under the text.
pub fn counter(channel: Channel, body: &str) -> String {
    let filled = filled(body);
    let count = filled.chars().count();
    match channel {
        Channel::Sms => {
            let cut = cut(&filled);
            format!("{count}/{} characters, {} SMS", cut.room(), cut.segments().max(1))
        }
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
    fn the_counter_says_what_is_billed() {
        assert_eq!(counter(Channel::Sms, ""), "0/160 characters, 1 SMS");
        assert_eq!(counter(Channel::Sms, "Hi {{lead.first_name}}"), "6/160 characters, 1 SMS");
        assert_eq!(counter(Channel::Sms, &"ж".repeat(80)), "80/70 characters, 2 SMS");
    }
}
