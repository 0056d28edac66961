//! The conversation: what was said, the answer streaming in, and the field to write in.

use domain::agent::Provider;
use domain::message::Channel;
use domain::turn::{Line, MAX_TEST_CHARS, Speaker};
use leptos::html;
use leptos::prelude::*;

use super::state::Console;
use crate::pages::agents::ScriptedMark;
use crate::session::use_me;
use crate::ui::{Avatar, Button, Choice, Field, Icon, Kbd, Select, Size, Spinner, TextArea, TextInput, Variant};

/// First messages to try. The last one must make any agent hand over.
const SUGGESTIONS: [&str; 4] =
    ["Hi, who is this?", "How much does it cost?", "Can I book an appointment for Tuesday?", "I want a refund"];

/// The scene, the conversation and the composer.
#[component]
pub fn Chat(
    /// The console's state.
    console: Console,
    /// What the agent is called.
    #[prop(into)]
    agent_name: String,
) -> impl IntoView {
    let log = NodeRef::<html::Div>::new();
    let lines = Memo::new(move |_| console.transcript.with(|t| t.lines.len()));
    let is_empty = Memo::new(move |_| lines.get() == 0);
    // Follows the answer down as it grows.
    Effect::new(move |_| {
        console.transcript.track();
        if let Some(log) = log.get() {
            log.set_scroll_top(log.scroll_height());
        }
    });
    let name = StoredValue::new(agent_name);
    view! {
        <section class="flex min-h-[28rem] min-w-0 flex-col rounded-lg border border-line bg-surface lg:h-[calc(100dvh-12rem)]" aria-label="Conversation">
            <Scene console/>
            <div node_ref=log class="min-h-0 flex-1 overflow-y-auto px-4 py-4" role="log" aria-label="Messages" aria-live="off" tabindex="0">
                {move || match is_empty.get() {
                    true => view! { <Suggestions console/> }.into_any(),
                    false => view! {
                        <ol class="flex flex-col gap-4">
                            <For each=move || 0..lines.get() key=|at| *at let:at>
                                <Bubble console at agent_name=name.get_value()/>
                            </For>
                        </ol>
                    }
                    .into_any(),
                }}
            </div>
            <Composer console/>
        </section>
    }
}

/// Who the lead is and over which channel.
#[component]
fn Scene(console: Console) -> impl IntoView {
    let channels: Vec<Choice> = std::iter::once(Choice::new("", "No channel rules"))
        .chain(Channel::ALL.iter().map(|c| Choice::new(c.as_str(), c.label())))
        .collect();
    view! {
        <div class="grid gap-3 border-b border-line px-4 py-3 sm:grid-cols-2">
            <Field id="console-channel" label="Channel"><Select bind=console.channel options=channels/></Field>
            <Field id="console-lead" label="Lead name" optional=true><TextInput bind=console.lead_name autocomplete="off"/></Field>
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
                        <li><Button size=Size::Small on_click=move |_| { console.say(text.to_owned()); }>{text}</Button></li>
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}

/// One line of the transcript.
#[component]
fn Bubble(console: Console, at: usize, agent_name: String) -> impl IntoView {
    let line = Memo::new(move |_| console.transcript.with(|t| t.lines.get(at).cloned()));
    let speaker = line.with_untracked(|l| l.as_ref().map(|l| l.speaker));
    let text = Memo::new(move |_| line.with(|l| l.as_ref().map(|l| l.text.clone()).unwrap_or_default()));
    if speaker == Some(Speaker::Lead) {
        return view! {
            <li class="flex justify-end">
                <p class="max-w-[85%] whitespace-pre-wrap break-words rounded-xl rounded-br-sm bg-accent-soft px-3.5 py-2 text-sm text-ink">
                    <span class="sr-only">"Lead: "</span>
                    {text}
                </p>
            </li>
        }
        .into_any();
    }
    // The rest changes once, at the end; the words change all the time.
    let end = Memo::new(move |_| line.with(|l| l.as_ref().map(|l| Line { text: String::new(), ..l.clone() })));
    let is_open = move || end.with(|l| l.as_ref().is_some_and(Line::is_open));
    view! {
        <li class="flex gap-2.5" aria-busy=move || is_open().then_some("true")>
            <Avatar name=agent_name.clone() bot=true/>
            <div class="min-w-0 max-w-[85%]">
                <p class="sr-only">{format!("{agent_name}: ")}</p>
                <Show when=move || text.with(|t| !t.is_empty())>
                    <p class="whitespace-pre-wrap break-words rounded-xl rounded-tl-sm bg-surface-3 px-3.5 py-2 text-sm text-ink">{text}</p>
                </Show>
                {move || is_open().then(|| view! { <Waiting console/> })}
                {move || end.get().map(|line| view! { <Ending console line text/> })}
            </div>
        </li>
    }
    .into_any()
}

/// Who is being asked, until the answer is complete.
#[component]
fn Waiting(console: Console) -> impl IntoView {
    let words = move || {
        console.asked.with(|asked| match asked.as_slice() {
            [] => "Asking…".to_owned(),
            [one] => format!("Asking {one}…"),
            [before @ .., now] => format!(
                "{} failed, asking {now}…",
                before.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ),
        })
    };
    view! {
        <p class="mt-1 flex items-center gap-1.5 text-xs text-ink-3" role="status">
            <Spinner class="size-3.5"/>
            {words}
        </p>
    }
}

/// What a finished or failed answer says about itself.
#[component]
fn Ending(console: Console, line: Line, text: Memo<String>) -> impl IntoView {
    if let Some(reason) = line.failure {
        return view! {
            <p class="mt-1.5 flex items-start gap-2 rounded-md border border-warn-line bg-warn-soft px-3 py-2 text-sm text-warn" role="alert">
                <Icon icon=Icon::Alert class="mt-0.5 size-4"/>
                <span class="min-w-0 break-words">{reason}</span>
            </p>
        }
        .into_any();
    }
    let Some(figures) = line.figures else { return ().into_any() };
    let is_scripted = figures.model.provider == Provider::Scripted;
    let count = move || {
        let count = text.with(|t| t.chars().count());
        (untrack(|| console.channel()) == Some(Channel::Sms)).then(|| format!("{count} / 160 characters"))
    };
    view! {
        <p class="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-2xs text-ink-3">
            <span>{figures.model.to_string()}</span>
            <span>{format!("{} ms", figures.latency_ms)}</span>
            <span>{format!("{} + {} tokens", figures.tokens_prompt, figures.tokens_completion)}</span>
            <span>{figures.cost_micros.show()}</span>
            {count}
            {is_scripted.then(|| view! { <ScriptedMark/> })}
        </p>
    }
    .into_any()
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
