//! The page when messages reach real people: what switched the emulator off, and how it comes back.

use leptos::prelude::*;

use crate::shell::PageHead;
use crate::ui::*;

/// Says why there is no phone to play with.
#[component]
pub(super) fn EmulatorOff() -> impl IntoView {
    const CODE: &str = "rounded-sm bg-surface-3 px-1 font-mono text-xs";
    view! {
        <PageHead title="Phone".to_owned() subtitle="The phones of made-up people, for trying things out.".to_owned()/>
        <Card>
            <Empty icon=Icon::Smartphone title="The emulator is off" text="Messages of this installation reach real people, so there are no made-up phones to look at.">
                <LinkButton href="/inbox" variant=Variant::Primary icon=Icon::Inbox>"Open the inbox"</LinkButton>
            </Empty>
            <div class="mx-auto max-w-lg space-y-2 pb-8 text-sm text-ink-2">
                <p>
                    <code class=CODE>"TWILIO_ACCOUNT_SID"</code>" and "<code class=CODE>"TWILIO_AUTH_TOKEN"</code>
                    " are set: SMS, WhatsApp and calls go through that Twilio account. Remove both and start again to get the emulator back."
                </p>
                <p>
                    "With "<code class=CODE>"APP_ENV=production"</code>" the emulator is refused whatever else is set."
                </p>
            </div>
        </Card>
    }
}
