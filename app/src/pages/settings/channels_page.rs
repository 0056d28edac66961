//! Channels: how long answers may be over each, how they sound there, and what stands around them.

use domain::format::{ANSWER, PLACEHOLDERS};
use leptos::prelude::*;

use super::api::list_channels;
use super::channels_form::ChannelCard;
use super::{SettingsTabs, may_manage};
use crate::shell::PageHead;
use crate::ui::*;

/// An answer of some length, for trying the form of each channel on.
const SAMPLE: &str = "Thanks for asking! We are open from Monday to Friday between 9 am and 6 pm, and on Saturdays until noon. \
                      You can drop in without an appointment. If you would rather look around in the evening, \
                      write to us and we will find a time that suits you.";

/// `/settings/channels`
#[component]
pub fn ChannelsPage() -> impl IntoView {
    // Not refreshed by itself: what somebody types here must not be swept away by what somebody else saves.
    let channels = Resource::new(|| (), |()| list_channels());
    let sample = RwSignal::new(SAMPLE.to_owned());
    let may = may_manage();
    let names = PLACEHOLDERS.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
    view! {
        <PageHead
            title="Channels"
            subtitle=Some("What answers look like over each channel. The limit and the template are kept by the server, whatever a model writes; also in tests and replays.".to_owned())
        />
        <SettingsTabs current="channels"/>
        <div class="mt-4 flex flex-col gap-4">
            {(!may).then(|| view! { <Banner tone=Tone::Info>"Your role may look at these settings, not change them."</Banner> })}
            <Card title="Sample answer" subtitle=format!("What the previews below are made of. A template holds {ANSWER} once, and may hold {names}.")>
                <TextArea id="channel-sample" label="Sample answer" rows=3 bind=sample/>
            </Card>
            <Loaded resource=channels let:channels>
                <ul class="grid gap-4" aria-label="Channels">
                    {channels.into_iter().map(|config| view! { <ChannelCard config sample may/> }).collect_view()}
                </ul>
            </Loaded>
        </div>
    }
}
