//! "Why this message?": the panel over the thread. The address says which message (`?why=msg_…`), so that it can be sent to somebody.

use domain::turn::Why;
use leptos::prelude::*;

use super::api::why_message;
use super::page::Desk;
use super::why_turn::TurnSections;
use crate::ui::*;

/// The drawer.
#[component]
pub(super) fn WhyPanel(
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let asked = Memo::new(move |_| desk.place.with(|place| place.why.clone()));
    let open = RwSignal::new(false);
    let leave = leave_opened(asked);
    let found = Resource::new(
        move || asked.get(),
        |asked| async move {
            match asked {
                Some(id) => why_message(id).await.map(Some),
                None => Ok(None),
            }
        },
    );
    // The browser's dialog opens by a call, not by an attribute, so the address has to be followed.
    Effect::new(move |_| open.set(asked.get().is_some()));
    let closed = move |()| {
        let place = desk.place.get_untracked();
        if place.why.is_some() {
            leave.run(place.asking_why(None).href());
        }
    };
    view! {
        <Drawer open=open title="Why this message?" wide=true on_close=closed>
            <Loaded resource=found let:why>
                {why.map(|why| view! { <Reasons why/> })}
            </Loaded>
        </Drawer>
    }
}

/// Everything that is known about one message.
#[component]
fn Reasons(why: Why) -> impl IntoView {
    let raw = serde_json::to_string_pretty(&why).unwrap_or_default();
    let Why { message, sentence, by, campaign, step, template, turn } = why;
    let verdict = message.verdict.as_ref().map(|v| v.sentences()).filter(|s| !s.is_empty());
    let body = if message.body.is_empty() { "(no text)".to_owned() } else { message.body.clone() };
    let replay = turn.as_ref().and_then(|t| t.conversation_id.map(|c| format!("/replay?c={c}&turn={}", t.id)));
    view! {
        <div class="space-y-5">
            <div>
                <p class="text-sm text-ink">{sentence}</p>
                <blockquote class="mt-2 max-h-40 overflow-y-auto whitespace-pre-wrap break-words rounded-md border-l-2 border-accent bg-surface-2 px-3 py-2 text-sm text-ink-2">
                    {body}
                </blockquote>
            </div>
            <Facts>
                <Fact label="Written by">{by}</Fact>
                <Fact label="When"><When at=message.created_at/></Fact>
                <Fact label="Channel"><ChannelIcon channel=message.channel named=true/></Fact>
                {campaign.map(|name| view! { <Fact label="Campaign">{name}</Fact> })}
                {step.map(|name| view! { <Fact label="Step">{name}</Fact> })}
                {template.map(|name| view! { <Fact label="Template">{name}</Fact> })}
                {verdict.map(|text| view! { <Fact label="Send gate">{text}</Fact> })}
            </Facts>
            {turn.map(|turn| view! { <TurnSections turn=*turn/> })}
            {replay.map(|href| view! { <LinkButton href=href icon=Icon::Refresh>"Replay with something changed"</LinkButton> })}
            <details>
                <summary class="cursor-pointer text-xs font-semibold text-ink-2 hover:text-ink">"Raw JSON"</summary>
                <div class="mt-2 flex justify-end"><CopyButton text=raw.clone() label="Copy the JSON"/></div>
                <pre class="mt-1 max-h-96 overflow-auto whitespace-pre-wrap break-all rounded-md bg-surface-2 p-3 font-mono text-2xs text-ink-2">{raw}</pre>
            </details>
        </div>
    }
}
