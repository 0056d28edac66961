//! The second column: the conversation as the channel shows it, one side or two, and the field to write in.

use domain::turn::MAX_TEST_CHARS;
use leptos::html;
use leptos::prelude::*;

use super::bubble::Bubble;
use super::lane::{Lane, sum};
use super::state::Console;
use crate::session::use_me;
use crate::ui::{Button, Checkbox, Choice, Icon, Kbd, Select, Size, TextArea, Variant};

/// First messages to try. The last one must make any agent hand over.
const SUGGESTIONS: [&str; 4] =
    ["Hi, who is this?", "How much does it cost?", "Can I book an appointment for Tuesday?", "I want a refund"];

/// See the head of this file.
#[component]
pub fn Chat(
    /// The console's state.
    console: Console,
) -> impl IntoView {
    let both = move || console.compare.get();
    view! {
        <section
            class="flex min-h-[28rem] min-w-0 flex-1 flex-col rounded-lg border border-line bg-surface outline-none lg:h-[calc(100dvh-13rem)]"
            aria-label="Conversation" id="console-conversation" tabindex="-1"
        >
            <div class=move || if both() { "grid min-h-0 flex-1 divide-line max-md:divide-y md:grid-cols-2 md:divide-x" } else { "flex min-h-0 flex-1 flex-col" }>
                <Side console lane=console.a/>
                <Show when=both><Side console lane=console.b/></Show>
            </div>
            <Composer console/>
        </section>
    }
}

/// One side: what speaks there, and what was said.
#[component]
fn Side(console: Console, lane: Lane) -> impl IntoView {
    let log = NodeRef::<html::Div>::new();
    let lines = Memo::new(move |_| lane.transcript.with(|t| t.lines.len()));
    let is_empty = Memo::new(move |_| lines.get() == 0);
    // Follows the answer down as it grows.
    Effect::new(move |_| {
        lane.transcript.track();
        if let Some(log) = log.get() {
            log.set_scroll_top(log.scroll_height());
        }
    });
    let label = if lane.name == "A" { "Messages" } else { "Messages of B" };
    view! {
        <div class="flex min-h-0 min-w-0 flex-1 flex-col">
            <Speaks console lane/>
            <div node_ref=log class="min-h-[16rem] flex-1 overflow-y-auto px-4 py-4" role="log" aria-label=label aria-live="off" tabindex="0">
                {move || match is_empty.get() {
                    true if lane.name == "B" => view! { <p class="py-10 text-center text-sm text-ink-3">"B answers the same messages as A."</p> }.into_any(),
                    true => view! { <Suggestions console/> }.into_any(),
                    false => view! {
                        <ol class="flex flex-col gap-4">
                            <For each=move || 0..lines.get() key=|at| *at let:at>
                                <Bubble console lane at/>
                            </For>
                        </ol>
                    }
                    .into_any(),
                }}
            </div>
        </div>
    }
}

/// Which version and which model speak on a side, and what its answers took.
#[component]
fn Speaks(console: Console, lane: Lane) -> impl IntoView {
    let versions = Signal::derive(move || {
        let newest = console.agent.with(|a| a.version);
        let mut all = vec![Choice::new("", format!("Version {newest}, newest"))];
        console.versions.with(|versions| {
            all.extend(versions.iter().filter(|v| v.version != newest).map(|v| {
                let mark = if v.is_published { ", published" } else { "" };
                Choice::new(v.version.to_string(), format!("Version {}{mark}", v.version))
            }));
        });
        all
    });
    let models: Vec<Choice> = std::iter::once(Choice::new("", "The agent's models"))
        .chain(console.models.with_value(|all| {
            all.iter().map(|(choice, label)| Choice::new(choice.to_string(), label.clone())).collect::<Vec<_>>()
        }))
        .collect();
    let changed = move || console.session.with(|s| !s.changes().is_empty());
    let total = Memo::new(move |_| lane.transcript.with(sum));
    let name = lane.name;
    view! {
        <div class="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
            <Show when=move || console.compare.get()>
                <span class="flex size-5 items-center justify-center rounded-sm bg-surface-3 text-2xs font-semibold text-ink-2" aria-hidden="true">{name}</span>
            </Show>
            <Select bind=lane.version options=versions id=format!("version-{name}") label=format!("Version {name}") narrow=true/>
            <Select bind=lane.model options=models id=format!("model-{name}") label=format!("Model {name}") narrow=true/>
            <Show when=move || console.compare.get() && changed()>
                <Checkbox bind=lane.with_session label=format!("With session changes ({name})")/>
            </Show>
            <span class="ml-auto text-2xs tabular-nums text-ink-3" aria-label=format!("Totals of {name}")>
                {move || {
                    let sum = total.get();
                    format!("{} ms · {} tokens · {}", sum.latency_ms, sum.tokens, sum.cost.show())
                }}
            </span>
        </div>
    }
}

#[component]
fn Suggestions(console: Console) -> impl IntoView {
    view! {
        <div class="flex flex-col items-center px-4 py-10 text-center">
            <span class="mb-4 flex size-11 items-center justify-center rounded-xl border border-line bg-surface-2 text-ink-3">
                <Icon icon=Icon::Message class="size-5"/>
            </span>
            <h2 class="text-base font-semibold text-ink">"Play the lead"</h2>
            <p class="mt-1 max-w-sm text-sm text-ink-3">"Write what somebody might write, or begin with one of these. Nothing is sent to anyone."</p>
            <ul class="mt-5 flex flex-wrap justify-center gap-2" aria-label="Suggested first messages">
                {SUGGESTIONS
                    .into_iter()
                    .map(|text| view! {
                        <li><Button size=Size::Small on_click=move |_| { console.say(text); }>{text}</Button></li>
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}

/// The field to write in; Ctrl+Enter sends.
#[component]
fn Composer(console: Console) -> impl IntoView {
    let may_write = use_me().may_write();
    let cannot = Signal::derive(move || !may_write || console.input.with(|text| text.trim().is_empty()));
    view! {
        <form
            class="flex flex-col gap-2 border-t border-line px-4 py-3"
            on:submit=move |event| {
                event.prevent_default();
                console.send();
            }
        >
            <TextArea
                bind=console.input
                rows=2
                id="console-input"
                label="Message as the lead"
                placeholder=Some("Write as the lead…".to_owned())
                max_chars=MAX_TEST_CHARS
                disabled={!may_write}
                on_submit=move |()| console.send()
            />
            <div class="flex items-center justify-end gap-2">
                <span class="mr-auto hidden text-xs text-ink-3 sm:inline">
                    {if may_write { view! { <Kbd>"Ctrl"</Kbd>" + "<Kbd>"Enter"</Kbd>" sends" }.into_any() }
                     else { "Your role may look, not test: a test costs money.".into_any() }}
                </span>
                <Show when=move || console.is_running()>
                    <Button icon=Icon::Ban on_click=move |_| console.stop()>"Stop"</Button>
                </Show>
                <Button
                    kind="submit" variant=Variant::Primary icon=Icon::Send
                    disabled=cannot busy=Signal::derive(move || console.is_running())
                >
                    "Send"
                </Button>
            </div>
        </form>
    }
}
